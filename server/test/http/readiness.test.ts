import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { createReadiness } from '../../src/http/readiness.ts';
import { failureOf } from '../support/failures.ts';

const limits = { patienceMilliseconds: 2000, freshMilliseconds: 1000 };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A storage that answers a probe when the test does. */
function heldStorage() {
  const probes: PromiseWithResolvers<void>[] = [];
  const requireStorage = createReadiness(() => {
    const probe = Promise.withResolvers<void>();
    probes.push(probe);
    return probe.promise;
  }, limits);
  return { probes, requireStorage };
}

describe('whether the storage is ready', () => {
  test('is asked once for all who want to know meanwhile, and within the next second', async () => {
    const { probes, requireStorage } = heldStorage();
    const first = Array.from({ length: 100 }, () => requireStorage());
    expect(probes).toHaveLength(1);
    probes[0]?.resolve();
    await Promise.all(first);
    await vi.advanceTimersByTimeAsync(999);
    await requireStorage();
    expect(probes).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    void requireStorage();
    expect(probes).toHaveLength(2);
  });

  test('is told within two seconds, also of one that stands still, which is not asked more often for that', async () => {
    const { probes, requireStorage } = heldStorage();
    const first = failureOf(requireStorage());
    await vi.advanceTimersByTimeAsync(2000);
    expect(await first).toBe('unavailable');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await failureOf(requireStorage())).toBe('unavailable');
    expect(probes).toHaveLength(1);
  });

  test('is asked anew a second after one that stood still has answered', async () => {
    const { probes, requireStorage } = heldStorage();
    const first = failureOf(requireStorage());
    await vi.advanceTimersByTimeAsync(5000);
    probes[0]?.resolve();
    await first;
    await vi.advanceTimersByTimeAsync(1000);
    const second = requireStorage();
    probes[1]?.resolve();
    await expect(second).resolves.toBeUndefined();
  });

  test('is not remembered for more than a second where it is not', async () => {
    const { probes, requireStorage } = heldStorage();
    const first = failureOf(requireStorage());
    probes[0]?.reject(new Failure('unavailable', 'The storage is read-only.'));
    expect(await first).toBe('unavailable');
    await vi.advanceTimersByTimeAsync(1000);
    const second = requireStorage();
    probes[1]?.resolve();
    await expect(second).resolves.toBeUndefined();
  });
});
