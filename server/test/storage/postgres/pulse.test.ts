import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Pulse } from '../../../src/storage/postgres/pulse.ts';

const patienceMilliseconds = 1000;
const tick = patienceMilliseconds / 10;

let pulse: Pulse;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  pulse = new Pulse(patienceMilliseconds);
});
afterEach(() => {
  vi.useRealTimers();
});

function pass(milliseconds: number): void {
  vi.advanceTimersByTime(milliseconds);
}

test('a storage stands still when calls are out and none has come back for too long', () => {
  pulse.begin();
  pass(patienceMilliseconds);
  expect(pulse.isStill).toBe(false);
  pass(tick);
  expect(pulse.isStill).toBe(true);
});

test('it does not stand still while any call comes back', () => {
  pulse.begin();
  for (let call = 0; call < 10; call++) {
    pulse.begin();
    pass(patienceMilliseconds / 2);
    pulse.end(call % 2 === 0);
    expect(pulse.isStill).toBe(false);
  }
});

test('it does not stand still where nobody calls', () => {
  pulse.begin();
  pulse.end(true);
  pass(patienceMilliseconds * 10);
  expect(pulse.isStill).toBe(false);
  pulse.begin();
  expect(pulse.isStill).toBe(false);
});

test('while it stands still one call at a time finds out, until one comes back well', () => {
  pulse.begin();
  pass(patienceMilliseconds + tick);
  expect(pulse.isStill).toBe(true);
  pulse.end(false);
  expect(pulse.isStill).toBe(false);
  pulse.begin();
  expect(pulse.isStill).toBe(true);
  pulse.end(true);
  pulse.begin();
  expect(pulse.isStill).toBe(false);
});

test('that it stands still shows also in calls that come back badly after too long, all at once', () => {
  for (let call = 0; call < 3; call++) pulse.begin();
  pass(patienceMilliseconds + tick);
  for (let call = 0; call < 3; call++) pulse.end(false);
  expect(pulse.isStill).toBe(false);
  pulse.begin();
  expect(pulse.isStill).toBe(true);
});

test('it stands still no sooner than the patience allows, whenever the call went out', () => {
  pulse.begin();
  pass(tick - 1);
  pulse.end(true);
  pulse.begin();
  pass(patienceMilliseconds);
  expect(pulse.isStill).toBe(false);
  pass(tick);
  expect(pulse.isStill).toBe(true);
});

test('a process that was held up itself does not take that for a storage that stands still', async () => {
  vi.useRealTimers();
  const short = new Pulse(50);
  short.begin();
  const start = performance.now();
  while (performance.now() - start < 200);
  expect(short.isStill).toBe(false);
  await new Promise((resolve) => setTimeout(resolve));
  expect(short.isStill).toBe(false);
  short.end(true);
});
