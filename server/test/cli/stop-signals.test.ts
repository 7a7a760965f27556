import { EventEmitter } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { toldToStop } from '../../src/cli/stop-signals.ts';

describe('a service that runs', () => {
  test.each(['SIGTERM', 'SIGINT'])('is told to stop by %s', async (signal) => {
    const source = new EventEmitter();
    const force = vi.fn();
    const told = toldToStop({ source, now: () => 0, force });
    source.emit(signal);
    await told;
    expect(force).not.toHaveBeenCalled();
  });

  test('is ended by another SIGINT, but not by the same one that npm passes on', async () => {
    const source = new EventEmitter();
    const force = vi.fn();
    let now = 0;
    const told = toldToStop({ source, now: () => now, force });
    source.emit('SIGINT');
    await told;
    now = 499;
    source.emit('SIGINT');
    expect(force).not.toHaveBeenCalled();
    now = 500;
    source.emit('SIGINT');
    expect(force).toHaveBeenCalledOnce();
  });

  test('is ended by another SIGINT, too, where the clock was set back meanwhile', async () => {
    const source = new EventEmitter();
    const force = vi.fn();
    let now = 3_600_000;
    const told = toldToStop({ source, now: () => now, force });
    source.emit('SIGINT');
    await told;
    now = 1000;
    source.emit('SIGINT');
    expect(force).toHaveBeenCalledOnce();
  });

  test('still stops in good order where SIGTERM comes again', async () => {
    const source = new EventEmitter();
    const force = vi.fn();
    let now = 0;
    const told = toldToStop({ source, now: () => now, force });
    source.emit('SIGTERM');
    await told;
    now = 5_000;
    source.emit('SIGTERM');
    expect(force).not.toHaveBeenCalled();
  });
});
