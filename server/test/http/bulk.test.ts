import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { answerLines, linesType } from '../../src/http/bulk.ts';

const lines = 20_000;

/** A body that is there as a whole. */
function bodyOf(content: string): IncomingMessage {
  const parts = { headers: { 'content-type': linesType }, socket: {}, complete: true };
  return Object.assign(Readable.from([Buffer.from(content)]), parts) as never;
}

/** How many lines are answered in each turn of the event loop. */
async function linesByTurn(answer: Readable): Promise<readonly number[]> {
  const counts = new Map<number, number>();
  let turn = 0;
  let isOver = false;
  const counting = (async () => {
    for (; !isOver; turn++) await nextTurn();
  })();
  for await (const piece of answer) {
    counts.set(turn, (counts.get(turn) ?? 0) + String(piece).trimEnd().split('\n').length);
  }
  isOver = true;
  await counting;
  return [...counts.values()];
}

test.each([
  ['cannot be read', '{\n'],
  ['ask for nothing valid', '0\n'],
])('others have their turn while lines are refused that %s', async (_why, line) => {
  const work = async (values: readonly unknown[]) =>
    values.map(() => ({ error: new Failure('invalid', 'No.') }));
  const begin = async () => work;
  const options = { isMinimal: false, begin, idleMilliseconds: 60_000, onError: () => undefined };
  const counts = await linesByTurn(await answerLines(bodyOf(line.repeat(lines)), options));
  expect(counts.reduce((sum, count) => sum + count)).toBe(lines);
  // Of some lines together at a time, a few.
  expect(Math.max(...counts)).toBeLessThan(lines / 5);
});
