import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder } from '../../src/http/in-order.ts';

async function* numbers(count: number, onTaken = (_number: number): void => undefined) {
  for (let number = 0; number < count; number++) {
    onTaken(number);
    yield number;
  }
}

/** Work that ends when the test says so. */
function controlled() {
  const ends = new Map<number, () => void>();
  const work = (number: number) =>
    new Promise<number>((resolve) => {
      ends.set(number, () => resolve(number));
    });
  return { ends, work };
}

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('outcomes come in the order of the items, whatever ends first', async () => {
  const property = fc.asyncProperty(
    fc.array(fc.nat(3), { maxLength: 30 }),
    fc.integer({ min: 1, max: 5 }),
    async (turns, atOnce) => {
      const work = async (number: number) => {
        for (let passed = 0; passed < (turns[number] ?? 0); passed++) await turn();
        return number;
      };
      const outcomes: number[] = [];
      for await (const some of inOrder(numbers(turns.length), atOnce, work)) outcomes.push(...some);
      expect(outcomes).toEqual(turns.map((_, place) => place));
    },
  );
  await fc.assert(property, { numRuns: 50 });
});

test('an outcome is there as soon as its work and all before it have ended, while items still come', async () => {
  const { ends, work } = controlled();
  async function* endless() {
    yield* numbers(3);
    await new Promise(() => undefined);
  }
  const outcomes = inOrder(endless(), 10, work);
  const first = outcomes.next();
  await turn();
  ends.get(1)?.();
  ends.get(0)?.();
  expect((await first).value).toEqual([0, 1]);
});

test('no more than so many are under way, and none is begun while nobody takes outcomes', async () => {
  const taken: number[] = [];
  const outcomes = inOrder(
    numbers(100, (number) => taken.push(number)),
    4,
    async (number) => number,
  );
  expect((await outcomes.next()).value).toHaveLength(1);
  for (let passed = 0; passed < 20; passed++) await turn();
  expect(taken.length).toBeLessThanOrEqual(5);
  await outcomes.return(undefined);
});

test('large items fill the room of several', async () => {
  const taken: number[] = [];
  const outcomes = inOrder(
    numbers(100, (number) => taken.push(number)),
    10,
    async (number) => number,
    () => 5,
  );
  expect((await outcomes.next()).value).toHaveLength(1);
  for (let passed = 0; passed < 20; passed++) await turn();
  expect(taken.length).toBeLessThanOrEqual(3);
  await outcomes.return(undefined);
});

test('items that fail do so behind the outcomes of those before', async () => {
  async function* failing() {
    yield* numbers(2);
    throw new Error('broken off');
  }
  const outcomes: number[] = [];
  const reading = async () => {
    for await (const some of inOrder(failing(), 2, async (number) => number)) outcomes.push(...some);
  };
  await expect(reading()).rejects.toThrow('broken off');
  expect(outcomes).toEqual([0, 1]);
});

test('who takes no more outcomes ends the items too', async () => {
  const ended = Promise.withResolvers<void>();
  async function* items() {
    try {
      yield* numbers(100);
    } finally {
      ended.resolve();
    }
  }
  for await (const _some of inOrder(items(), 2, async (number) => number)) break;
  await ended.promise;
});
