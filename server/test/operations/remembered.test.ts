import { expect, test } from 'vitest';
import { createRemembered } from '../../src/operations/remembered.ts';
import { testClock } from '../support/clock.ts';

/** What is remembered for a second, of two names at most; each read that is under way ends when it is told to. */
function remembering() {
  const clock = testClock();
  const remembered = createRemembered<string | null>(clock.now, 1000, 2);
  const reads: { readonly before: string | null; readonly end: (value: string | null) => void }[] = [];
  const of = (name: string) =>
    remembered.of(name, (before) => {
      const { promise, resolve } = Promise.withResolvers<string | null>();
      reads.push({ before, end: resolve });
      return promise;
    });
  return { clock, remembered, reads, of };
}

test('what was read is answered until it is too old, and handed to the read that follows', async () => {
  const { clock, reads, of } = remembering();
  const asked = [of('a'), of('a')];
  reads[0]?.end('one');
  expect(await Promise.all(asked)).toEqual(['one', 'one']);
  clock.advance(999);
  expect(of('a')).toBe('one');
  clock.advance(1);
  const again = of('a');
  reads[1]?.end('two');
  expect(await again).toBe('two');
  expect(reads.map(({ before }) => before)).toEqual([null, 'one']);
});

test('it is as old as the question', async () => {
  const { clock, reads, of } = remembering();
  const asked = of('a');
  clock.advance(1000);
  reads[0]?.end('one');
  await asked;
  void of('a');
  expect(reads).toHaveLength(2);
});

test('nothing is remembered of nothing, nor of what was read while something changed', async () => {
  const { remembered, reads, of } = remembering();
  const [nothing, changing] = [of('a'), of('b')];
  reads[0]?.end(null);
  expect(await nothing).toBeNull();
  remembered.forget('b');
  const after = of('b');
  reads[1]?.end('before');
  reads[2]?.end('after');
  expect(await Promise.all([changing, after])).toEqual(['before', 'after']);
  expect(of('b')).toBe('after');
  remembered.forget(null);
  void of('a');
  void of('b');
  expect(reads).toHaveLength(5);
});

test('a read that fails is begun anew by who asks next', async () => {
  const { clock, remembered, reads, of } = remembering();
  const failing = remembered.of('a', () => Promise.reject(new Error('away')));
  await expect(failing).rejects.toThrow('away');
  const asked = of('a');
  reads[0]?.end('one');
  expect(await asked).toBe('one');
  clock.advance(1000);
  expect(of('a')).toBeInstanceOf(Promise);
});
