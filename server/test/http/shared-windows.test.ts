import { expect, test } from 'vitest';
import { SharedWindows } from '../../src/http/shared-windows.ts';
import type { LimitedCall } from '../../src/storage/store.ts';

/** Windows whose calls are counted here, and how often they were asked for. */
function countedHere() {
  let now = Date.UTC(2026, 10, 23);
  let asked = 0;
  const counts = new Map<string, number>();
  const take = async ({ organizationId, windowStart, windowSeconds, limit }: LimitedCall) => {
    asked += 1;
    const key = `${organizationId} ${windowStart} ${windowSeconds}`;
    const calls = counts.get(key) ?? 0;
    const isGranted = calls < limit;
    counts.set(key, calls + (isGranted ? 1 : 0));
    return { isGranted, calls: calls + (isGranted ? 1 : 0) };
  };
  const windows = new SharedWindows({ take }, () => now);
  const advance = (milliseconds: number) => {
    now += milliseconds;
  };
  return { windows, advance, asked: () => asked };
}

const limit = { calls: 2, windowSeconds: 60 };

test('the storage is not asked again in a window that is used up, for this organization alone', async () => {
  const { windows, asked } = countedHere();
  for (let call = 0; call < 5; call++) await windows.take('a', limit);
  expect(asked()).toBe(3);
  expect(await windows.take('a', limit)).toMatchObject({ exceeded: true, remaining: 0 });
  expect(await windows.take('b', limit)).toMatchObject({ exceeded: false, remaining: 1 });
});

test('a limit that is raised within a window counts at once, and so does the next window', async () => {
  const { windows, advance } = countedHere();
  for (let call = 0; call < 3; call++) await windows.take('a', limit);
  expect(await windows.take('a', { ...limit, calls: 4 })).toMatchObject({ exceeded: false, remaining: 1 });
  expect(await windows.take('a', limit)).toMatchObject({ exceeded: true, remaining: 0 });
  advance(60_000);
  expect(await windows.take('a', limit)).toMatchObject({ exceeded: false, remaining: 1 });
});

test('a window of another length counts anew, also where it begins or ends with one that is used up', async () => {
  const { windows, advance } = countedHere();
  const half = { ...limit, windowSeconds: 30 };
  for (let call = 0; call < 3; call++) await windows.take('a', limit);
  expect(await windows.take('a', half)).toMatchObject({ exceeded: false, remaining: 1, resetSeconds: 30 });
  advance(30_000);
  expect(await windows.take('a', limit)).toMatchObject({ exceeded: true, resetSeconds: 30 });
  expect(await windows.take('a', half)).toMatchObject({ exceeded: false, remaining: 1, resetSeconds: 30 });
});

test('without a limit, nothing is counted', async () => {
  const { windows, asked } = countedHere();
  expect(await windows.take('a', 'off')).toBeNull();
  expect(asked()).toBe(0);
});
