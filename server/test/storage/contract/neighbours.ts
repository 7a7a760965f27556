import { expect, test } from 'vitest';
import { touchId } from '../../../src/domain/touch.ts';
import { failureOf } from '../../support/failures.ts';
import { apiKeyNamed, type StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

/** What is done to one thing of an organization leaves what stands beside it as it was. */
export function neighbourContract({ room }: ContractGround): void {
  test('a key that is changed, used and revoked leaves the other keys as they were', async () => {
    const ground = await room();
    const { store, organizationId, now } = ground;
    const nameOf = (key: string) => `${organizationId} ${key}`;
    const secretOf = (key: string) => Uint8Array.from(Buffer.from(nameOf(key).padEnd(32)));
    for (const [place, name] of ['first', 'changed', 'last'].entries()) {
      const key = apiKeyNamed(nameOf(name), organizationId);
      await store.write('createApiKey', { key, secretHash: secretOf(name), actor: 'operator' });
      await store.write('noteApiKeyUse', { organizationId, keyId: key.id, usedTime: now + place });
    }
    const others = () =>
      Promise.all(
        ['first', 'last'].map(async (name) => [
          await store.read.apiKey(organizationId, nameOf(name)),
          await store.read.apiKeyBySecret(secretOf(name)),
        ]),
      );
    const before = await others();
    expect(before.map(([key]) => key)).toMatchObject([{ lastUsedTime: now }, { lastUsedTime: now + 2 }]);
    const place = { organizationId, actor: 'operator', now: now + 9, keyId: nameOf('changed') };
    const request = {
      description: 'd',
      acl: [],
      allowedIps: ['10.0.0.1'],
      allowedOrigins: [],
      expiresTime: now,
    };
    await store.write('changeApiKey', { ...place, request, giver: { permissions: ['*'], allowedIps: [] } });
    await store.write('noteApiKeyUse', { organizationId, keyId: place.keyId, usedTime: now + 9 });
    expect(await others()).toEqual(before);
    await store.write('deleteApiKey', place);
    expect(await others()).toEqual(before);
    const { items } = await store.read.apiKeys(organizationId, { limit: 10, offset: 0 });
    expect(items.toReversed()).toEqual(before.map(([key]) => key));
  });

  test('a webhook that is changed, falls silent and is deleted leaves another, and what waits for it, as they were', async () => {
    const ground = await room();
    const { store, organizationId, now } = ground;
    const by = { organizationId, actor: 'operator', now: now + 9 };
    const request = { status: 'active', url: 'https://a.example/', eventsFilter: [], headers: [] } as const;
    const save = (webhookId: string, changes = {}) =>
      store.write('saveWebhook', {
        ...by,
        webhookId,
        request: { ...request, ...changes },
        secret: 'whsec_MQ==',
        mustBeNew: false,
      });
    for (const id of ['first', 'changed', 'last']) await save(id);
    await ground.put('c', { source: 'a' });
    await deliver(ground, ['first', 'changed', 'last']);
    const others = () =>
      Promise.all(
        ['first', 'last'].map(async (id) => [
          await store.read.webhook(organizationId, id),
          await store.read.dueDeliveries(organizationId, id, by.now, 10),
        ]),
      );
    const before = await others();
    expect(before).toMatchObject([
      [{ id: 'first' }, [{}, {}]],
      [{ id: 'last' }, [{}, {}]],
    ]);
    await save('changed', { url: 'https://b.example/' });
    await store.write('rotateWebhookSecret', { ...by, webhookId: 'changed', secret: 'whsec_Mg==' });
    expect(await others()).toEqual(before);
    await save('changed', { status: 'inactive' });
    await store.write('giveUpDeliveries', { ...by, webhookId: 'changed', limit: 10 });
    expect(await others()).toEqual(before);
    await store.write('deleteWebhook', { ...by, webhookId: 'changed' });
    expect(await others()).toEqual(before);
    await store.write('giveUpDeliveries', { ...by, webhookId: 'changed', limit: 1 });
    expect(await others()).toEqual(before);
  });

  test('what is stated of one period is stated anew, and loses its clicks, without what is stated of another', async () => {
    const ground = await room();
    const { store, organizationId, now } = ground;
    const name = { affiliate: 'ann', subAffiliate: null, currency: 'EUR' };
    const amounts = { conversions: 0.5, gross: 100, refunds: 1 };
    const close = async (number: number, abouts: readonly number[], restated: readonly number[]) => {
      const period = {
        number,
        id: `${organizationId} ${number}`,
        start: number,
        end: number + 1,
        settingsVersion: 1,
      };
      const clickOf = (about: number) => `click of ${about}`;
      await store.write('closeAffiliatePeriod', {
        organizationId,
        period: { ...period, model: 'linear', actor: 'operator', closedTime: now },
        lines: abouts.map((about) => {
          const counts = { touches: 1, customers: 1, conversions: 0.5, gross: 100n, refunds: 1n };
          return { ...name, ...counts, about, causes: [], clickId: clickOf(about) };
        }),
        accounts: abouts.map((about) => ({
          ...name,
          ...amounts,
          about,
          conversionKey: 1,
          clickId: clickOf(about),
        })),
        clicks: [{ owner: 'c', clickId: clickOf(number) }],
        restated: restated.map((about) => ({ about, conversionKey: 1 })),
        erasures: 0,
      });
    };
    const accounts = async () =>
      (await store.read.affiliateAccounts(organizationId)).map(({ about, clickId }) => [about, clickId]);
    await close(1, [1], []);
    await close(2, [2], []);
    await close(3, [3], [1]);
    expect(await accounts()).toEqual([
      [2, 'click of 2'],
      [3, 'click of 3'],
    ]);
    await store.write('forgetStatedClicks', { organizationId, about: 2 });
    expect(await accounts()).toEqual([
      [2, null],
      [3, 'click of 3'],
    ]);
    const lines = await Promise.all(
      [1, 2, 3].map((number) => store.read.affiliateLines(organizationId, number)),
    );
    expect(lines.map(([line]) => line?.clickId)).toEqual(['click of 1', null, 'click of 3']);
    // By the notes of who came by them.
    const held = await store.read.heldPage(organizationId, 'c', 'statementLines', null, 10);
    expect(held.rows.map(({ clickId }) => clickId)).toEqual(['click of 1', 'click of 3']);
  });

  test('customers of whom one is merged away, and who lose lead sources, leave those of the same ids elsewhere as they were', async () => {
    const [ground, elsewhere] = [await room(), await room()];
    for (const each of [ground, elsewhere]) await furnish(each);
    const before = await standing(elsewhere);
    const [first, second, third] = (await ground.touches('d')) ?? [];
    await ground.undo('d', first === undefined ? '' : touchId(first));
    await ground.withdraw('removeTouches', 'd', [second?.touch.key ?? 0]);
    await ground.withdraw('stripTouches', 'd', [third?.touch.key ?? 0], { cause: 'expire' });
    await ground.merge('d', 't');
    await ground.remove('t');
    expect(await standing(ground)).not.toEqual(before);
    expect(await standing(elsewhere)).toEqual(before);
    expect((await elsewhere.put('former', { source: 'by another name' })).customer.id).toBe('d');
    await elsewhere.capture('visitor-of-d', { source: 'seen again' });
    expect(await elsewhere.sources('d')).toEqual([...before.sources, 'by another name', 'seen again']);
    expect((await tellOnce(elsewhere, 't')).added).toBe(true);
    await elsewhere.remove('d');
    expect(await failureOf(tellOnce(elsewhere, 'd'))).toBe('conflict');
  });

  test('settings of one kind are told apart from those of another with as many versions', async () => {
    const { store, organizationId, now } = await room();
    const change = { organizationId, actor: 'operator', now, basedOn: null, precondition: {} };
    const [privacy, landing] = [{ stripTouchesAfterDays: 30 }, { ownHosts: ['shop.example'] }];
    await store.write('putPrivacySettings', { ...change, content: privacy });
    await store.write('putLandingSettings', { ...change, content: landing });
    for (const [setting, content] of [
      ['privacy-settings', privacy],
      ['landing-settings', landing],
    ] as const) {
      for (const version of [2, null]) {
        expect(await store.read.settingVersion(organizationId, setting, version)).toMatchObject({
          version: 2,
          content,
        });
      }
      const versions = await store.read.settingVersions(organizationId, setting);
      expect(versions.filter(({ version }) => version > 1)).toMatchObject([{ content }]);
    }
  });
}

function tellOnce(ground: StoreRoom, id: string) {
  return ground.add(id, { source: 'once' }, { once: { route: 'POST /x', key: id, contentDigest: 'd' } });
}

/** Two customers with all that a merge moves; another was merged into the first before. */
async function furnish(ground: StoreRoom): Promise<void> {
  await ground.save('former');
  await ground.capture('visitor-of-d', { source: 'seen' });
  for (const id of ['d', 't']) {
    await ground.put(id, { source: `put of ${id}`, clickId: 'x' });
    await ground.put(id, { source: 'later', clickId: 'y' });
    await tellOnce(ground, id);
    const conversionId = `${ground.organizationId} ${id}`;
    await ground.convert(id, { conversionId, amount: 1000 });
    await ground.refund(conversionId, { amount: '3.00' });
  }
  await ground.link('d', 'visitor-of-d');
  await ground.merge('former', 'd');
}

/** What there is of these two. */
async function standing(ground: StoreRoom) {
  const { store, organizationId } = ground;
  const page = { limit: 100, offset: 0 };
  const parts = ['d', 't'].map(async (id) => {
    const conversionId = `${organizationId} ${id}`;
    const refunds = await store.read.refunds(organizationId, conversionId, page);
    return {
      customer: await ground.customer(id),
      touches: await ground.touches(id),
      timeline: await ground.timeline(id),
      links: await ground.links(id),
      owner: (await store.read.conversion(organizationId, conversionId))?.customerId,
      refunds: refunds?.total,
    };
  });
  return { of: await Promise.all(parts), sources: await ground.sources('d') };
}

/** Leaves deliveries of all events so far to these webhooks. */
async function deliver(ground: StoreRoom, webhookIds: readonly string[]): Promise<void> {
  const { store, organizationId, now } = ground;
  const events = await ground.keptEvents();
  const deliveries = events.flatMap((kept) =>
    webhookIds.map((webhookId) => ({ id: `${webhookId} ${kept.key}`, webhookId, kept, now })),
  );
  await store.write('keepDeliveries', { organizationId, deliveries, upToKey: events.at(-1)?.key ?? 0 });
}
