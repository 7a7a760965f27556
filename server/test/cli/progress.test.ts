import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { progressFor } from '../../src/cli/progress.ts';
import type { Surroundings } from '../../src/cli/surroundings.ts';

/** Surroundings with a clock that a test moves, and what was said. */
function surroundings(terminal?: NodeJS.WriteStream) {
  const world = { time: 0, said: '' };
  const given: Surroundings = {
    environment: {},
    out: expect.unreachable,
    err: (text) => {
      world.said += text;
    },
    now: () => world.time,
    random: () => expect.unreachable(),
    ...(terminal !== undefined && { terminal }),
  };
  return { world, given };
}

function terminalOf(columns: number): { terminal: NodeJS.WriteStream; shown: () => string } {
  let text = '';
  const stream = new Writable({
    write(part, _encoding, written) {
      text += part;
      written();
    },
  });
  const terminal = Object.assign(stream, { isTTY: true, columns }) as unknown as NodeJS.WriteStream;
  return { terminal, shown: () => text };
}

test('without a terminal there is a line for each step, with its pace', async () => {
  const { world, given } = surroundings();
  using progress = await progressFor(given, false);
  for (const [step, done] of [
    ['moving', 0],
    ['moving', 400],
    ['moving', 1000],
    ['moving', 1000],
    ['comparing', 0],
  ] as const) {
    progress.watch(step, done, 1000);
    world.time += 2000;
  }
  progress.watch('comparing', 1000, 1000);
  expect(world.said).toBe(
    'Moving: 1,000 of 1,000 rows, 250/s in 4 s\nComparing: 1,000 of 1,000 rows, 500/s in 2 s\n',
  );
});

test('a long step has a line every ten seconds, with the time that is left from where this run began', async () => {
  const { world, given } = surroundings();
  using progress = await progressFor(given, false);
  for (let second = 0; second <= 21; second++) {
    world.time = second * 1000;
    progress.watch('moving', 500_000 + second * 1000, 9_000_000);
  }
  expect(world.said).toBe(
    'Moving: 510,000 of 9,000,000 rows, 1,000/s, 2 h 21 min left\nMoving: 520,000 of 9,000,000 rows, 1,000/s, 2 h 21 min left\n',
  );
});

test('on a terminal there is a bar that fits 80 columns', async () => {
  const { terminal, shown } = terminalOf(80);
  const { world, given } = surroundings(terminal);
  const progress = await progressFor(given, false);
  progress.watch('comparing', 0, 9_999_999);
  world.time = 10_000;
  progress.watch('comparing', 5_000_000, 9_999_999);
  progress[Symbol.dispose]();
  const bar = shown();
  expect(bar).toContain('50 %  5,000,000 rows, 500,000/s, 10 s left');
  expect(world.said).toBe('');
});

test('beside JSON there is no bar', async () => {
  const { terminal, shown } = terminalOf(80);
  const { world, given } = surroundings(terminal);
  using progress = await progressFor(given, true);
  progress.watch('checking', 1, 1);
  expect(shown()).toBe('');
  expect(world.said).toBe('Checking: 1 of 1 copy\n');
});
