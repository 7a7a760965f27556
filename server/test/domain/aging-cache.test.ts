import { expect, test } from 'vitest';
import { AgingCache } from '../../src/domain/aging-cache.ts';

interface Version {
  readonly number: number;
}

/** A cache of what changes at each read, and answers when it is told to. */
function watchedCache(capacity = 10) {
  const clock = { now: 1000 };
  const cache = new AgingCache<Version>({ now: () => clock.now, milliseconds: 100, capacity });
  const answers: ((value: Version | Error) => void)[] = [];
  const olds: (Version | undefined)[] = [];
  const ask = (key = 'a') =>
    Promise.resolve(
      cache.of(key, (old) => {
        olds.push(old);
        return new Promise((resolve, reject) => {
          answers.push((value) => (value instanceof Error ? reject(value) : resolve(value)));
        });
      }),
    );
  /** Asks, and answers at once where it is read. */
  const read = (number: number, key = 'a') => {
    const asked = ask(key);
    answers.at(-1)?.({ number });
    return asked;
  };
  return { cache, clock, answers, olds, ask, read };
}

test('an answer is given again while it is recent, also to who asks with a clock that was set back', async () => {
  const { clock, olds, ask, read } = watchedCache();
  const first = await read(1);
  for (const step of [99, -198]) {
    clock.now += step;
    expect(await ask()).toBe(first);
  }
  clock.now += 199;
  expect(await read(2)).toEqual({ number: 2 });
  expect(olds).toEqual([undefined, first]);
  clock.now -= 100;
  expect(await read(3)).toEqual({ number: 3 });
});

test('an answer is as old as the question', async () => {
  const { clock, answers, olds, ask } = watchedCache();
  const asked = ask();
  clock.now += 60;
  answers[0]?.({ number: 1 });
  await asked;
  clock.now += 40;
  void ask();
  expect(olds).toEqual([undefined, { number: 1 }]);
});

test('those who ask together share an answer, each for its own key', async () => {
  const { answers, ask } = watchedCache();
  const asked = [ask(), ask(), ask('b')];
  expect(answers).toHaveLength(2);
  for (const [place, answer] of answers.entries()) answer({ number: place });
  expect(await Promise.all(asked)).toEqual([{ number: 0 }, { number: 0 }, { number: 1 }]);
});

test('who asks later than an answer would be kept waits for no older one, which is not kept then', async () => {
  const { clock, answers, ask } = watchedCache();
  const early = ask();
  clock.now += 99;
  const sharing = ask();
  clock.now += 1;
  const late = ask();
  expect(answers).toHaveLength(2);
  answers[1]?.({ number: 2 });
  expect(await late).toEqual({ number: 2 });
  answers[0]?.({ number: 1 });
  expect(await Promise.all([early, sharing])).toEqual([{ number: 1 }, { number: 1 }]);
  expect(await ask()).toEqual({ number: 2 });
});

test('what was read before it was forgotten is given to nobody who asks then', async () => {
  const { cache, answers, ask, read } = watchedCache();
  await read(1);
  cache.forget('a');
  const underWay = ask();
  cache.forget('a');
  const after = ask();
  expect(answers).toHaveLength(3);
  answers[2]?.({ number: 3 });
  answers[1]?.({ number: 2 });
  expect(await underWay).toEqual({ number: 2 });
  expect(await after).toEqual({ number: 3 });
  expect(await ask()).toEqual({ number: 3 });
});

test('to forget one key leaves the others', async () => {
  const { cache, answers, ask, read } = watchedCache();
  const kept = await read(1, 'b');
  void ask('c');
  cache.forget('a');
  expect(await ask('b')).toBe(kept);
  void ask('c');
  expect(answers).toHaveLength(2);
});

test('a failure is not kept, and what is read again is given what was kept before', async () => {
  const { clock, answers, olds, ask, read } = watchedCache();
  const first = await read(1);
  clock.now += 100;
  const failing = ask();
  answers.at(-1)?.(new Error('away'));
  await expect(failing).rejects.toThrow('away');
  expect(await read(2)).toEqual({ number: 2 });
  expect(olds).toEqual([undefined, first, first]);
});

test('the oldest are dropped beyond its capacity', async () => {
  const { answers, ask, read } = watchedCache(2);
  for (const [number, key] of ['a', 'b', 'c'].entries()) await read(number, key);
  expect(await ask('b')).toEqual({ number: 1 });
  expect(answers).toHaveLength(3);
  void ask('a');
  expect(answers).toHaveLength(4);
});
