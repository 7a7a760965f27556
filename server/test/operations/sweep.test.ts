import { expect, test, vi } from 'vitest';
import type { OperationContext } from '../../src/operations/context.ts';
import { createPrivacySettingsOperations } from '../../src/operations/privacy-settings.ts';

const now = Date.UTC(2026, 10, 23);
const day = 86_400_000;
const nothing = { toRemove: [], toStrip: [], next: null };

/** Sweeps of one organization, where settings are in force by which touches grow too old, and a period was closed. */
function sweeps() {
  const asked = {
    privacySettings: vi.fn(async () => ({ version: 2, content: { removeTouchesAfterDays: 30 } })),
    agedTouches: vi.fn(async (): Promise<object> => nothing),
    write: vi.fn(async (_kind: string) => ({ expired: 0 })),
  };
  const read = {
    ...asked,
    organizations: async () => [{ id: 'org_a' }],
    affiliatePeriods: async () => [{ number: 1, end: now - 60 * day }],
  };
  const context = { store: { read, write: asked.write }, now: () => now };
  const operations = createPrivacySettingsOperations(context as unknown as OperationContext, () => {});
  const sweep = (ending = new AbortController().signal) => operations.sweep(ending);
  return { ...asked, sweep, written: () => asked.write.mock.calls.map(([kind]) => kind) };
}

test('a sweep that fails is made again by the next one, one that does not only after a day', async () => {
  const { agedTouches, sweep, written } = sweeps();
  agedTouches.mockRejectedValueOnce(new Error('The disk is full.'));
  await expect(sweep()).rejects.toThrow('The disk is full.');
  expect(written()).toEqual(['expireVisitors']);
  for (let time = 0; time < 2; time++) await sweep();
  expect(written()).toEqual(['expireVisitors', 'expireVisitors', 'forgetStatedClicks']);
});

test('what was stated stays where settings are taken back while the last touches are removed', async () => {
  const { agedTouches, privacySettings, sweep, write, written } = sweeps();
  agedTouches.mockResolvedValue({ ...nothing, toRemove: [{ customerId: 'c', touchKey: 1 }] });
  write.mockImplementation(async (kind) => {
    if (kind === 'removeTouches') privacySettings.mockResolvedValue({ version: 3, content: {} as never });
    return { expired: 0 };
  });
  await sweep();
  expect(written()).toEqual(['expireVisitors', 'removeTouches']);
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

test('a stop ends a sweep before its next writes', async () => {
  const { agedTouches, sweep, written } = sweeps();
  const stop = new AbortController();
  agedTouches.mockImplementation(async () => {
    stop.abort();
    return { ...nothing, toRemove: [{ customerId: 'c', touchKey: 1 }] };
  });
  await sweep(stop.signal);
  expect(written()).toEqual(['expireVisitors']);
});
