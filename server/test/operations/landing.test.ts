import { describe, expect, test, vi } from 'vitest';
import { createLandings } from '../../src/operations/landing.ts';

const strips = { urlPolicy: { query: 'strip', appliesToApi: true } };

/** The landings of organizations by the settings that `kept` has, and a clock. */
function landings() {
  const kept: { version: number; content: object | null } = { version: 1, content: null };
  const settingVersion = vi.fn(async () => (kept.version === 1 ? null : { ...kept }));
  const clock = { now: Date.UTC(2026, 10, 23) };
  const context = { store: { read: { settingVersion } }, now: () => clock.now };
  const made = createLandings(context as unknown as Parameters<typeof createLandings>[0]);
  /** Whether URLs are kept as they are written. */
  const keepsAll = async () => (await made.keeperOf('org_a')) === null;
  return { ...made, settingVersion, kept, clock, keepsAll };
}

describe('settings of landings', () => {
  test('that another process changes are noticed within five seconds, also where the clock goes backwards', async () => {
    const { clock, kept, keepsAll, settingVersion } = landings();
    expect(await keepsAll()).toBe(true);
    Object.assign(kept, { version: 2, content: strips });
    clock.now += 4999;
    expect([await keepsAll(), settingVersion.mock.calls.length]).toEqual([true, 1]);
    clock.now += 1;
    expect(await keepsAll()).toBe(false);
    Object.assign(kept, { version: 3, content: null });
    clock.now -= 60_000;
    expect(await keepsAll()).toBe(true);
  });

  test('are as old as the question for them, however long the answer takes', async () => {
    const { clock, kept, keepsAll, settingVersion } = landings();
    settingVersion.mockImplementationOnce(async () => {
      clock.now += 5000;
      return null;
    });
    expect(await keepsAll()).toBe(true);
    Object.assign(kept, { version: 2, content: strips });
    expect(await keepsAll()).toBe(false);
  });

  test('that this process changes while they are read are in force at once, and stay so', async () => {
    const { forget, keepsAll, kept, settingVersion } = landings();
    const [early, late] = [Promise.withResolvers<null>(), Promise.withResolvers<object>()];
    settingVersion.mockReturnValueOnce(early.promise).mockReturnValueOnce(late.promise as Promise<never>);
    const before = keepsAll();
    forget('org_a');
    const after = keepsAll();
    expect(settingVersion).toHaveBeenCalledTimes(2);
    late.resolve({ version: 2, content: strips });
    expect(await after).toBe(false);
    early.resolve(null);
    await before;
    expect(await keepsAll()).toBe(false);
    Object.assign(kept, { version: 3, content: null });
    expect(await keepsAll()).toBe(false);
    forget('org_a');
    expect(await keepsAll()).toBe(true);
  });

  test('are read once for all who ask together, and again where that failed', async () => {
    const { keepsAll, settingVersion } = landings();
    settingVersion.mockRejectedValueOnce(new Error('away'));
    const failed = await Promise.allSettled([keepsAll(), keepsAll()]);
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(settingVersion).toHaveBeenCalledTimes(1);
    expect(await Promise.all([keepsAll(), keepsAll(), keepsAll()])).toEqual([true, true, true]);
    expect(settingVersion).toHaveBeenCalledTimes(2);
  });

  test('that are read anew are not read by others at the same time, though an older read ends meanwhile', async () => {
    const { forget, keepsAll, settingVersion } = landings();
    const [early, late] = [Promise.withResolvers<null>(), Promise.withResolvers<null>()];
    settingVersion.mockReturnValueOnce(early.promise).mockReturnValueOnce(late.promise);
    const before = keepsAll();
    forget('org_a');
    const after = keepsAll();
    early.resolve(null);
    await before;
    const together = keepsAll();
    late.resolve(null);
    expect(await Promise.all([after, together])).toEqual([true, true]);
    expect(settingVersion).toHaveBeenCalledTimes(2);
  });

  test('that are still the same are not asked for again for five seconds', async () => {
    const { clock, kept, keepsAll, settingVersion } = landings();
    Object.assign(kept, { version: 2, content: strips });
    await keepsAll();
    clock.now += 5000;
    await keepsAll();
    clock.now += 4999;
    await keepsAll();
    expect(settingVersion).toHaveBeenCalledTimes(2);
  });

  test('are compiled once for each version, the default ones once for all', async () => {
    const { clock, kept, readerOf } = landings();
    const first = await readerOf('org_a');
    expect(await readerOf('org_b')).toBe(first);
    Object.assign(kept, { version: 2, content: strips });
    clock.now += 5000;
    const second = await readerOf('org_a');
    expect(second).not.toBe(first);
    clock.now += 5000;
    expect(await readerOf('org_a')).toBe(second);
  });
});
