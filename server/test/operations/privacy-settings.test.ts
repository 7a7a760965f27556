import { afterEach, describe, expect, test, vi } from 'vitest';
import type { OperationContext } from '../../src/operations/context.ts';
import { createPrivacySettingsOperations } from '../../src/operations/privacy-settings.ts';
import { engines } from '../storage/engines.ts';
import { failureOf } from '../support/failures.ts';
import { principalOf } from '../support/principals.ts';
import { StoreRoom } from '../support/store-room.ts';

/** More than are dealt with before it is asked again whether they still may be. */
const customers = 700;
const days = 86_400_000;

test.each(engines)(
  'settings that are taken back in the middle of a sweep end it, on $name',
  async ({ open }) => {
    const opened = await open();
    try {
      const room = await StoreRoom.open(() => opened.store);
      const principal = principalOf(room);
      const ids = Array.from({ length: customers }, (_, place) => `c${String(place).padStart(4, '0')}`);
      await Promise.all(ids.map((id) => room.put(id, { source: 'old' })));
      room.now += 100 * days;
      let isTakenBack = false;
      const write: OperationContext['store']['write'] = async (kind, input) => {
        const output = await opened.store.write(kind, input);
        if (kind === 'removeTouches' && !isTakenBack) {
          isTakenBack = true;
          await put({});
        }
        return output;
      };
      const context = {
        store: { read: opened.store.read, write },
        now: () => room.now,
        random: () => new Uint8Array(16),
      };
      const operations = createPrivacySettingsOperations(context as unknown as OperationContext, () => {});
      const put = (content: object) =>
        operations.put(principal, { content, basedOn: null, precondition: {} });
      await put({ removeTouchesAfterDays: 30 });
      await operations.sweep(AbortSignal.timeout(60_000));
      expect(isTakenBack).toBe(true);
      const keptNow = async () =>
        (await room.customers()).items.filter(({ leadSource }) => leadSource !== null).length;
      const kept = await keptNow();
      expect(kept).toBeGreaterThanOrEqual(customers / 3);
      expect(kept).toBeLessThan(customers);
      await operations.sweep(AbortSignal.timeout(60_000));
      expect(await keptNow()).toBe(kept);
    } finally {
      await opened.dispose();
    }
  },
);

describe('a dry run', () => {
  /** What it tells where touches grow too old in these pages, each of which takes so long to be read, by a clock that is set forward. */
  function dryRunOf(pages: readonly object[], pageMilliseconds = 0) {
    let clock = 1000 * days;
    let passed = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => passed);
    const left = [...pages];
    const read = {
      async agedTouches() {
        passed += pageMilliseconds;
        clock += days;
        return left.shift();
      },
      agedVisitorCount: async (_organizationId: string, keptDays: number, now: number) =>
        keptDays * 1_000_000 + now / days,
    };
    const context = { store: { read }, now: () => clock };
    const operations = createPrivacySettingsOperations(context as unknown as OperationContext, () => {});
    const principal = principalOf({ organizationId: 'org_a' } as StoreRoom);
    const settings = { removeTouchesAfterDays: 40, stripTouchesAfterDays: null, forgetVisitorsAfterDays: 7 };
    return operations.dryRun(principal, settings);
  }

  const touch = (customerId: string, touchKey = 1) => ({ customerId, touchKey });
  const pages = [
    { toRemove: [touch('1'), touch('3')], toStrip: [touch('2'), touch('2', 2)], next: touch('3') },
    { toRemove: [touch(':visitor1')], toStrip: [touch('3', 2)], next: touch(':visitor1') },
    { toRemove: [touch(':visitor1', 2), touch(':visitor2')], toStrip: [], next: touch(':visitor2') },
    { toRemove: [touch('d')], toStrip: [touch('d', 2)], next: null },
  ];

  afterEach(() => vi.restoreAllMocks());

  test('counts each customer once, however their touches are divided between pages, and no visitor among them', async () => {
    expect(await dryRunOf(pages)).toEqual({
      limits: { removeBefore: 960 * days, stripBefore: null },
      touchesToRemove: 6,
      touchesToStrip: 4,
      customers: 4,
      visitorsToForget: 7_001_000,
    });
  });

  test('is given up after twenty seconds, and not before', async () => {
    expect(await dryRunOf(pages, 5000)).toMatchObject({ customers: 4 });
    expect(await failureOf(dryRunOf(pages, 5001))).toBe('unavailable');
  });
});
