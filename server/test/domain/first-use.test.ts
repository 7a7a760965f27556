import { expect, test, vi } from 'vitest';
import { atFirstUse } from '../../src/domain/first-use.ts';

test('something is loaded at its first use, once, however many ask at the same time', async () => {
  const load = vi.fn(async () => ({}));
  const use = atFirstUse(load);
  expect(load).not.toHaveBeenCalled();
  const [one, other] = await Promise.all([use(), use()]);
  expect(one).toBe(other);
  expect(await use()).toBe(one);
  expect(load).toHaveBeenCalledTimes(1);
});

test('a failure to load is told to all who wait, and tried again by who asks next', async () => {
  const load = vi.fn(async () => 'loaded').mockRejectedValueOnce(new Error('too many open files'));
  const use = atFirstUse(load);
  for (const outcome of await Promise.allSettled([use(), use()])) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'too many open files' } });
  }
  expect(await use()).toBe('loaded');
  expect(load).toHaveBeenCalledTimes(2);
});
