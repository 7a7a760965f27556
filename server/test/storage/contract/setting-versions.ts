import { expect, test } from 'vitest';
import type { ChannelRule } from '../../../src/domain/channel-rules.ts';
import type { SettingRequest } from '../../../src/domain/setting-version.ts';
import { failureOf } from '../../support/failures.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const rulesNamed = (channel: string): readonly ChannelRule[] => [
  { channel, when: [{ field: 'source', op: 'in', value: ['ä😀', 'b'], not: true }] },
];

function put(
  { store, organizationId, actor, now }: StoreRoom,
  content: readonly ChannelRule[] | null,
  request: Partial<SettingRequest<'channel-rules'>> = {},
) {
  const whole = { content, basedOn: null, precondition: {}, ...request };
  return store.write('putChannelRules', { organizationId, actor, now, ...whole });
}

export function settingVersionContract({ room, reopen }: ContractGround): void {
  test('nothing is kept of a setting that nobody changed', async () => {
    const { store, organizationId } = await room();
    expect(await store.read.settingVersion(organizationId, 'channel-rules', null)).toBeNull();
    expect(await store.read.settingVersion(organizationId, 'channel-rules', 1)).toBeNull();
    expect(await store.read.settingVersion(organizationId, 'landing-settings', null)).toBeNull();
    expect(await failureOf(store.read.settingVersion('org_nobody', 'channel-rules', null))).toBe('not-found');
    expect(await store.read.settingVersions(organizationId, 'landing-settings')).toEqual([]);
    expect(await store.read.settingVersions(organizationId, 'privacy-settings')).toEqual([]);
    expect(await failureOf(store.read.settingVersions('org_nobody', 'privacy-settings'))).toBe('not-found');
  });

  test('each change makes a version, and all of them stay', async () => {
    const ground = await room();
    const { organizationId, now } = ground;
    const second = { version: 2, content: rulesNamed('A'), actor: 'key_test', createdTime: now };
    expect(await put(ground, rulesNamed('A'))).toEqual(second);
    ground.now += 1;
    ground.actor = 'key_other';
    const third = { version: 3, content: null, actor: 'key_other', createdTime: now + 1 };
    expect(await put(ground, null)).toEqual(third);
    await reopen();
    const { read } = ground.store;
    expect(await read.settingVersion(organizationId, 'channel-rules', null)).toEqual(third);
    expect(await read.settingVersion(organizationId, 'channel-rules', 3)).toEqual(third);
    expect(await read.settingVersion(organizationId, 'channel-rules', 2)).toEqual(second);
    expect(await read.settingVersion(organizationId, 'channel-rules', 4)).toBeNull();
  });

  test('credits are by the settings that were built last, whatever was in force before or is being built', async () => {
    const ground = await room();
    const { store, organizationId, actor, now } = ground;
    await ground.put('c', { source: 'a' });
    await ground.convert('c');
    const inForce = async () => {
      const { settingsVersion, settings } = await store.read.creditsInForce(organizationId);
      return [settingsVersion, settings.lookbackDays];
    };
    const before = await inForce();
    for (const lookbackDays of [30, 31]) {
      const job = await ground.attribute({ lookbackDays });
      for (let built = false; !built; ) built = (await ground.buildCredits(job, 10)).isFinished;
    }
    const other = { content: { stripTouchesAfterDays: 9 }, basedOn: null, precondition: {} };
    for (let made = 0; made < 3; made++)
      await store.write('putPrivacySettings', { organizationId, actor, now, ...other });
    await ground.attribute({ lookbackDays: 32 });
    expect([before, await inForce()]).toEqual([
      [1, 90],
      [3, 31],
    ]);
  });

  test('the history of a setting is its versions in order, without those of others', async () => {
    const { store, organizationId, actor, now } = await room();
    const common = { organizationId, actor, now, basedOn: null, precondition: {} };
    const privacy = [{ stripTouchesAfterDays: 9 }, { stripTouchesAfterDays: 10 }, null];
    for (const content of privacy) await store.write('putPrivacySettings', { ...common, content });
    const landing = { ownHosts: ['shop.example'] };
    await store.write('putLandingSettings', { ...common, content: landing });
    const version = { actor, createdTime: now };
    const made = privacy.map((content, place) => ({ version: place + 2, content, ...version }));
    expect(await store.read.settingVersions(organizationId, 'privacy-settings')).toEqual(made);
    const own = [{ version: 2, content: landing, ...version }];
    expect(await store.read.settingVersions(organizationId, 'landing-settings')).toEqual(own);
  });

  test('the same content again makes none', async () => {
    const ground = await room();
    expect(await put(ground, null)).toMatchObject({ version: 1, content: null, actor: null });
    const first = await put(ground, rulesNamed('A'));
    ground.now += 1;
    expect(await put(ground, rulesNamed('A'))).toEqual(first);
    const { items } = await ground.store.read.settingChanges(ground.organizationId, { limit: 9, offset: 0 });
    expect(items.filter(({ action }) => action === 'channel-rules-changed')).toHaveLength(1);
  });

  test('who made which version is among the changes of settings', async () => {
    const ground = await room();
    await put(ground, rulesNamed('A'));
    const { items } = await ground.store.read.settingChanges(ground.organizationId, { limit: 9, offset: 0 });
    expect(items).toContainEqual({
      action: 'channel-rules-changed',
      subject: '2',
      actor: ground.actor,
      occurredTime: ground.now,
    });
  });

  test('a change from a version that is not in force any more is a conflict, and changes nothing', async () => {
    const ground = await room();
    await put(ground, rulesNamed('A'), { basedOn: 1 });
    expect(await failureOf(put(ground, rulesNamed('B'), { basedOn: 1 }))).toBe('conflict');
    const precondition = { ifMatch: ['"1"'] };
    expect(await failureOf(put(ground, rulesNamed('A'), { precondition }))).toBe('precondition-failed');
    expect(await put(ground, rulesNamed('B'), { precondition: { ifMatch: ['"2"'] } })).toMatchObject({
      version: 3,
    });
    expect(await failureOf(put(ground, rulesNamed('C'), { precondition: { ifNoneMatch: '*' } }))).toBe(
      'precondition-failed',
    );
  });

  test('of changes at one time from one version one is made, and without a word of it all are', async () => {
    const ground = await room();
    const names = ['A', 'B', 'C', 'D'];
    const outcomes = await Promise.all(
      names.map((name) => failureOf(put(ground, rulesNamed(name), { basedOn: 1 }))),
    );
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'conflict')).toHaveLength(3);
    const made = await Promise.all(['E', 'F', 'G'].map((name) => put(ground, rulesNamed(name))));
    expect(made.map(({ version }) => version).toSorted()).toEqual([3, 4, 5]);
  });

  test('settings do not count each other', async () => {
    const ground = await room();
    await put(ground, rulesNamed('A'));
    const { store, organizationId, actor, now } = ground;
    const content = { ownHosts: ['shop.example'] };
    const change = { organizationId, actor, now, content, basedOn: 1, precondition: {} };
    expect(await store.write('putLandingSettings', change)).toMatchObject({ version: 2, content });
    expect((await store.read.settingVersion(organizationId, 'landing-settings', null))?.content).toEqual(
      content,
    );
    expect((await store.read.settingVersion(organizationId, 'channel-rules', null))?.version).toBe(2);
  });

  test('organizations do not see those of each other', async () => {
    const [ours, theirs] = [await room(), await room()];
    await put(ours, rulesNamed('A'));
    expect(await theirs.store.read.settingVersion(theirs.organizationId, 'channel-rules', null)).toBeNull();
  });
}
