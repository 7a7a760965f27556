import { setImmediate } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { OperationContext } from '../../src/operations/context.ts';
import { createPrivacySettingsOperations } from '../../src/operations/privacy-settings.ts';

const now = Date.UTC(2026, 10, 23);
const day = 86_400_000;
/** What writes answer when there is nothing to do. */
const written = { expired: 0, next: null };
const nothing = { toRemove: [], toStrip: [], next: null };

/** Sweeps of one organization, where settings are in force by which touches grow too old, and a period was closed. */
function sweeps() {
  const asked = {
    settingVersion: vi.fn(async () => ({ version: 2, content: { removeTouchesAfterDays: 30 } })),
    agedTouches: vi.fn(async (): Promise<object> => nothing),
    write: vi.fn(async (_kind: string, _input?: object) => written),
  };
  const read = {
    ...asked,
    organizations: async () => [{ id: 'org_a' }],
    affiliatePeriods: async () => [{ number: 1, end: now - 60 * day }],
  };
  const clock = { now };
  const context = { store: { read, write: asked.write }, now: () => clock.now };
  const operations = createPrivacySettingsOperations(context as unknown as OperationContext, () => {});
  const sweep = (ending = new AbortController().signal) => operations.sweep(ending);
  return { ...asked, clock, sweep, kinds: () => asked.write.mock.calls.map(([kind]) => kind) };
}

test('a sweep that fails is made again by the next one, one that does not only after a day', async () => {
  const { agedTouches, sweep, kinds } = sweeps();
  agedTouches.mockRejectedValueOnce(new Error('The disk is full.'));
  await expect(sweep()).rejects.toThrow('The disk is full.');
  expect(kinds()).toEqual(['forgetGone', 'expireVisitors']);
  for (let time = 0; time < 2; time++) await sweep();
  expect(kinds()).toEqual([
    'forgetGone',
    'expireVisitors',
    'forgetGone',
    'expireVisitors',
    'forgetStatedClicks',
  ]);
});

test.each(['forgetGone', 'expireVisitors', 'removeTouches', 'stripTouches', 'forgetStatedClicks'])(
  'a sweep whose %s fails goes no further, and is made again by the next one',
  async (failing) => {
    const { agedTouches, sweep, write, kinds } = sweeps();
    const aged = [{ customerId: 'c', touchKey: 1 }];
    agedTouches.mockResolvedValue({ ...nothing, toRemove: aged, toStrip: aged });
    write.mockImplementation(async (kind) => {
      if (kind === failing) throw new Error('The disk is full.');
      return written;
    });
    for (let time = 1; time <= 2; time++) {
      await expect(sweep()).rejects.toThrow('The disk is full.');
      expect(kinds().filter((kind) => kind === failing)).toHaveLength(time);
      expect(kinds().at(-1)).toBe(failing);
    }
  },
);

/** Customers whose touches are to be stripped, by a storage that fails where it is to strip those of more than so many at once. */
function sweepOf(customers: number, most: number) {
  const { agedTouches, write, sweep } = sweeps();
  const customerIds = Array.from({ length: customers }, (_none, place) => `c${place}`);
  const toStrip = customerIds.map((customerId, touchKey) => ({ customerId, touchKey }));
  agedTouches.mockResolvedValueOnce({ ...nothing, toStrip });
  const parts: number[] = [];
  const stripped: string[] = [];
  let waiting: string[] = [];
  write.mockImplementation(async (kind, input) => {
    if (kind !== 'stripTouches') return written;
    const { customerId } = input as { readonly customerId: string };
    if (waiting.push(customerId) === 1) parts.push(0);
    const together = waiting;
    await setImmediate();
    waiting = [];
    parts[parts.length - 1] = together.length;
    if (together.length > most) throw new Failure('unavailable', 'The storage is too slow.');
    stripped.push(customerId);
    return written;
  });
  return { sweep, customerIds, parts, stripped };
}

test('where the storage is too slow for touches of many customers together, they are withdrawn in smaller parts', async () => {
  const { sweep, customerIds, parts, stripped } = sweepOf(200, 60);
  await sweep();
  expect(stripped).toEqual(customerIds);
  expect(parts).toEqual([200, 100, 50, 50, 50, 50]);
});

test('a sweep fails where the storage is too slow for the touches of one customer', async () => {
  const { sweep, parts, stripped } = sweepOf(1000, 0);
  await expect(sweep()).rejects.toThrow('The storage is too slow.');
  expect(parts).toEqual([250, 125, 63, 32, 16, 8, 4, 2, 1]);
  expect(stripped).toEqual([]);
});

test('where nothing was decided, visitors are forgotten, and touches stay', async () => {
  const { agedTouches, settingVersion, sweep, kinds } = sweeps();
  settingVersion.mockResolvedValue(null as never);
  await sweep();
  expect(kinds()).toEqual(['forgetGone', 'expireVisitors']);
  expect(agedTouches).not.toHaveBeenCalled();
});

test('a sweep is not put off by a clock that is set back', async () => {
  const { clock, sweep, agedTouches } = sweeps();
  await sweep();
  clock.now -= day - 1;
  await sweep();
  expect(agedTouches).toHaveBeenCalledTimes(1);
  clock.now -= 1;
  await sweep();
  expect(agedTouches).toHaveBeenCalledTimes(2);
});

test('what was stated stays where settings are taken back while the last touches are removed', async () => {
  const { agedTouches, settingVersion, sweep, write, kinds } = sweeps();
  agedTouches.mockResolvedValue({ ...nothing, toRemove: [{ customerId: 'c', touchKey: 1 }] });
  write.mockImplementation(async (kind) => {
    if (kind === 'removeTouches') settingVersion.mockResolvedValue({ version: 3, content: {} as never });
    return written;
  });
  await sweep();
  expect(kinds()).toEqual(['forgetGone', 'expireVisitors', 'removeTouches']);
});

test('a sweep goes on to the last page, behind what it has dealt with', async () => {
  const { agedTouches, sweep, write } = sweeps();
  const [first, second] = [
    { customerId: 'c', touchKey: 1 },
    { customerId: 'd', touchKey: 2 },
  ];
  agedTouches.mockResolvedValueOnce({ ...nothing, toRemove: [first], next: first });
  agedTouches.mockResolvedValueOnce({ ...nothing, toStrip: [second] });
  await sweep();
  expect(agedTouches.mock.calls).toMatchObject([
    ['org_a', {}, null, 5000],
    ['org_a', {}, first, 5000],
  ]);
  expect(write).toHaveBeenCalledWith(
    'removeTouches',
    expect.objectContaining({ customerId: 'c', touchKeys: [1] }),
  );
  expect(write).toHaveBeenCalledWith(
    'stripTouches',
    expect.objectContaining({ customerId: 'd', touchKeys: [2] }),
  );
});

test('visitors are forgotten some at a time, until there are fewer than that', async () => {
  const { sweep, write, kinds } = sweeps();
  const expired = [250, 250, 249];
  write.mockImplementation(async (kind) => {
    return kind === 'expireVisitors' ? { ...written, expired: expired.shift() ?? 0 } : written;
  });
  await sweep();
  expect(kinds().filter((kind) => kind === 'expireVisitors')).toHaveLength(3);
});

test.each([
  [400, 60, true],
  [60, 400, true],
  [400, 61, false],
])(
  'clicks of a closed period are forgotten at the age at which touches go (%i days), or lose them (%i)',
  async (removeTouchesAfterDays, stripTouchesAfterDays, isForgotten) => {
    const { settingVersion, sweep, kinds } = sweeps();
    const content = { removeTouchesAfterDays, stripTouchesAfterDays };
    settingVersion.mockResolvedValue({ version: 2, content });
    await sweep();
    expect(kinds().includes('forgetStatedClicks')).toBe(isForgotten);
  },
);

test('a stop ends a sweep before its next writes', async () => {
  const { agedTouches, sweep, kinds } = sweeps();
  const stop = new AbortController();
  agedTouches.mockImplementation(async () => {
    stop.abort();
    return { ...nothing, toRemove: [{ customerId: 'c', touchKey: 1 }] };
  });
  await sweep(stop.signal);
  expect(kinds()).toEqual(['forgetGone', 'expireVisitors']);
});

test('who is gone is forgotten page by page, whatever becomes of the rest', async () => {
  const { settingVersion, sweep, write, kinds } = sweeps();
  write.mockResolvedValueOnce({ ...written, next: 'c' as never });
  settingVersion.mockResolvedValueOnce({ version: 1, content: {} as never });
  await sweep();
  expect(kinds()).toEqual(['forgetGone', 'forgetGone']);
  expect(write.mock.calls).toMatchObject([
    ['forgetGone', { after: null }],
    ['forgetGone', { after: 'c' }],
  ]);
});

test('a stop ends the forgetting of who is gone', async () => {
  const { sweep, write, kinds } = sweeps();
  const stop = new AbortController();
  write.mockImplementation(async () => {
    stop.abort();
    return { ...written, next: 'c' as never };
  });
  await sweep(stop.signal);
  expect(kinds()).toEqual(['forgetGone']);
});
