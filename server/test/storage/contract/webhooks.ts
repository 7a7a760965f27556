import { expect, test } from 'vitest';
import type { WebhookRequest } from '../../../src/domain/webhook.ts';
import { failureOf } from '../../support/failures.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const request: WebhookRequest = {
  status: 'active',
  url: 'https://a.example/hook',
  eventsFilter: ['lead-source-changed', 'customer-merged'],
  headers: [{ name: 'Authorization', value: 'Basic YTpi', status: 'active' }],
};
const inactive: WebhookRequest = { ...request, status: 'inactive' };
const page = { limit: 100, offset: 0 };
const days = 86_400_000;
const failed = {
  initiatedTime: 1,
  durationMilliseconds: 2,
  url: request.url,
  responseStatus: 500,
  error: null,
  response: 'näh 😀',
};

function save(
  ground: StoreRoom,
  webhookId: string,
  changes: { request?: WebhookRequest; mustBeNew?: boolean } = {},
) {
  const { store, organizationId, now, actor } = ground;
  const whole = { request, mustBeNew: true, secret: `whsec_${webhookId}`, ...changes };
  return store.write('saveWebhook', { organizationId, webhookId, actor, now, ...whole });
}

/** Makes deliveries of all events there are, to these webhooks. */
async function plan(ground: StoreRoom, webhookIds: readonly string[]): Promise<readonly string[]> {
  const { store, organizationId, now } = ground;
  const events = await ground.keptEvents();
  const deliveries = events.flatMap((kept) =>
    webhookIds.map((webhookId) => ({ id: `${webhookId}_${kept.key}`, webhookId, kept, now })),
  );
  await store.write('keepDeliveries', { organizationId, deliveries, upToKey: events.at(-1)?.key ?? 0 });
  return deliveries.map(({ id }) => id);
}

async function due({ store, organizationId, now }: StoreRoom, webhookId: string): Promise<readonly string[]> {
  const all = await store.read.dueDeliveries(organizationId, webhookId, now, 100);
  return all.map(({ id }) => id);
}

function note({ store, organizationId, now }: StoreRoom, deliveryId: string, changes: object = {}) {
  const attempt = { ...failed, ...changes };
  return store.write('noteAttempt', { organizationId, deliveryId, attempt, now, jitter: 0 });
}

function webhookTests({ room, reopen }: ContractGround): void {
  test("a webhook is kept whole, through a new start, and is one organization's alone", async () => {
    const [ground, other] = [await room(), await room()];
    const { webhook, created } = await save(ground, 'w');
    expect(created).toBe(true);
    const time = ground.now;
    expect(webhook).toEqual({
      id: 'w',
      organizationId: ground.organizationId,
      ...request,
      secret: 'whsec_w',
      previousSecret: null,
      failingSinceTime: null,
      deactivation: null,
      createdTime: time,
      updatedTime: time,
    });
    await reopen();
    expect(await ground.store.read.webhook(ground.organizationId, 'w')).toEqual(webhook);
    expect(await ground.store.read.webhook(other.organizationId, 'w')).toBeNull();
    expect(await other.store.read.webhooks(other.organizationId, page)).toEqual({ items: [], total: 0 });
    const organizations = await ground.store.read.webhookOrganizations();
    expect(organizations).toContain(ground.organizationId);
    expect(organizations).not.toContain(other.organizationId);
  });

  test('one written anew keeps its secret and the time it was made at; one that must be new is a conflict', async () => {
    const ground = await room();
    await save(ground, 'w');
    expect(await failureOf(save(ground, 'w'))).toBe('conflict');
    ground.now += 1;
    const { webhook, created } = await save(ground, 'w', { request: inactive, mustBeNew: false });
    expect(created).toBe(false);
    expect(webhook).toMatchObject({ status: 'inactive', secret: 'whsec_w', createdTime: ground.now - 1 });
    expect(await ground.store.read.activeWebhooks(ground.organizationId)).toEqual([]);
  });

  test('no more than 25 are active, also where several come together', async () => {
    const ground = await room();
    const ids = Array.from({ length: 30 }, (_, place) => `w${place}`);
    const outcomes = await Promise.all(ids.map((id) => failureOf(save(ground, id))));
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(25);
    expect(outcomes.filter((outcome) => outcome === 'invalid')).toHaveLength(5);
    await save(ground, 'asleep', { request: inactive });
    const one = (await ground.store.read.activeWebhooks(ground.organizationId))[0]?.id ?? '';
    await save(ground, one, { mustBeNew: false });
    expect(await failureOf(save(ground, 'asleep', { mustBeNew: false }))).toBe('invalid');
    expect((await ground.store.read.webhooks(ground.organizationId, page)).total).toBe(26);
  });

  test('no more than 250 are kept, also where several come together, and those there are can be changed', async () => {
    const ground = await room();
    const ids = Array.from({ length: 252 }, (_, place) => `w${place}`);
    const outcomes = await Promise.all(ids.map((id) => failureOf(save(ground, id, { request: inactive }))));
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(250);
    expect(outcomes.filter((outcome) => outcome === 'invalid')).toHaveLength(2);
    const { organizationId, store, now, actor } = ground;
    const [one] = (await store.read.webhooks(organizationId, page)).items;
    const webhookId = one?.id ?? '';
    expect((await save(ground, webhookId, { mustBeNew: false })).created).toBe(false);
    await store.write('deleteWebhook', { organizationId, webhookId, actor, now });
    expect((await save(ground, 'another', { mustBeNew: false })).created).toBe(true);
  });

  test('a rotated secret stands beside the one before', async () => {
    const ground = await room();
    const { store, organizationId, now, actor } = ground;
    await save(ground, 'w');
    const place = { organizationId, webhookId: 'w', actor, now };
    const rotated = await store.write('rotateWebhookSecret', { ...place, secret: 'whsec_new' });
    expect(rotated).toMatchObject({
      secret: 'whsec_new',
      previousSecret: { secret: 'whsec_w', expiresTime: now + days },
    });
    expect(await store.read.webhook(organizationId, 'w')).toEqual(rotated);
    const unknown = store.write('rotateWebhookSecret', { ...place, webhookId: 'unknown', secret: 's' });
    expect(await failureOf(unknown)).toBe('not-found');
  });

  test('one that is deleted is gone with its deliveries, and only that one', async () => {
    const ground = await room();
    const { store, organizationId, now, actor } = ground;
    for (const id of ['stays', 'goes']) await save(ground, id);
    await ground.put('c', { source: 'a' });
    const ids = await plan(ground, ['stays', 'goes']);
    await store.write('deleteWebhook', { organizationId, webhookId: 'goes', actor, now });
    expect(
      await failureOf(store.write('deleteWebhook', { organizationId, webhookId: 'goes', actor, now })),
    ).toBe('not-found');
    expect((await store.read.webhookDeliveries(organizationId, page)).total).toBe(ids.length / 2);
    expect(await due(ground, 'stays')).toHaveLength(2);
    expect(await note(ground, 'goes_1')).toBeNull();
  });

  test('every change of a webhook keeps who made it', async () => {
    const ground = await room();
    const { store, organizationId, now } = ground;
    await save(ground, 'w');
    await save(ground, 'w', { mustBeNew: false });
    await failureOf(save(ground, 'w'));
    const place = { organizationId, webhookId: 'w', actor: 'anna', now };
    await store.write('rotateWebhookSecret', { ...place, secret: 's' });
    await store.write('deleteWebhook', place);
    const { items } = await store.read.settingChanges(organizationId, { limit: 4, offset: 0 });
    expect(items.map(({ action, subject, actor }) => [action, subject, actor])).toEqual([
      ['webhook-deleted', 'w', 'anna'],
      ['webhook-secret-rotated', 'w', 'anna'],
      ['webhook-changed', 'w', ground.actor],
      ['webhook-created', 'w', ground.actor],
    ]);
  });
}

function deliveryTests({ room }: ContractGround): void {
  test('deliveries take the place of their events, to webhooks that are active, each but once', async () => {
    const ground = await room();
    await save(ground, 'w');
    await save(ground, 'asleep', { request: inactive });
    await ground.put('c', { source: 'a' });
    const [created, changed] = await ground.keptEvents();
    const ids = await plan(ground, ['w', 'asleep', 'unknown']);
    expect(await ground.keptEvents()).toEqual([]);
    expect(await due(ground, 'w')).toEqual(ids.filter((id) => id.startsWith('w_')));
    const { items } = await ground.store.read.webhookDeliveries(ground.organizationId, page);
    expect(items.map(({ event }) => event)).toEqual([changed?.event, created?.event]);
    const again = { id: 'another', webhookId: 'w', kept: created ?? expect.fail(), now: ground.now };
    const { organizationId } = ground;
    await ground.store.write('keepDeliveries', { organizationId, deliveries: [again], upToKey: 0 });
    expect(await due(ground, 'w')).toHaveLength(2);
  });

  test('none take the place of events that went with their customer, whoever comes first', async () => {
    const ground = await room();
    const { store, organizationId, now } = ground;
    await save(ground, 'w');
    const told = async () => (await store.read.webhookDeliveries(organizationId, page)).items;
    await ground.put('early', { source: 'a' });
    const [early] = await ground.keptEvents();
    await ground.erase('early', { erasureId: 'era_early', newCustomerId: 'erased_early' });
    const late = { id: 'w_late', webhookId: 'w', kept: early ?? expect.fail(), now };
    await store.write('keepDeliveries', { organizationId, deliveries: [late], upToKey: late.kept.key });
    expect(await told()).toEqual([]);
    const customerIds = Array.from({ length: 20 }, (_, place) => `c${place}`);
    await Promise.all(customerIds.map((id) => ground.put(id, { source: id })));
    const erased = customerIds.filter((_, place) => place % 2 === 0);
    const erase = (id: string) => ground.erase(id, { erasureId: `era_${id}`, newCustomerId: `erased_${id}` });
    await Promise.all([...erased.map(erase), plan(ground, ['w'])]);
    const left = new Set((await told()).map(({ event }) => event.customerId));
    expect([...left].toSorted()).toEqual(customerIds.filter((id) => !erased.includes(id)).toSorted());
  });

  test('an attempt is kept whole, and leads to the next one, to success, or to the end', async () => {
    const ground = await room();
    const { store, organizationId } = ground;
    await save(ground, 'w');
    await ground.put('c', { source: 'a' });
    const [first = '', second = ''] = await plan(ground, ['w']);
    const after = await note(ground, first);
    expect(after).toMatchObject({ attempts: 1, status: 'pending', lastAttempt: failed });
    expect(after?.nextTime).toBe(ground.now + 5000);
    expect(await store.read.webhookDelivery(organizationId, first)).toEqual(after);
    expect(await due(ground, 'w')).toEqual([second]);
    await note(ground, second, { responseStatus: 204, response: null });
    expect(await store.read.outbox(organizationId)).toEqual({
      lastEventKey: null,
      nextDeliveryTime: ground.now + 5000,
    });
    ground.now += 5000;
    expect(await due(ground, 'w')).toEqual([first]);
  });

  test('a webhook whose receiver is gone, or fails for five days, is made inactive, and what waits is given up', async () => {
    for (const reason of ['gone', 'failing'] as const) {
      const ground = await room();
      const { store, organizationId } = ground;
      await save(ground, 'w');
      await ground.put('c', { source: 'a' });
      const [first = '', second = ''] = await plan(ground, ['w']);
      if (reason === 'failing') await note(ground, first, { responseStatus: null, error: 'no answer' });
      const failingSinceTime = ground.now;
      if (reason === 'failing') ground.now += 5 * days;
      await note(ground, first, { responseStatus: reason === 'gone' ? 410 : 503 });
      expect(await store.read.webhook(organizationId, 'w')).toMatchObject({
        status: 'inactive',
        deactivation: reason,
        failingSinceTime,
      });
      expect(await store.read.webhookDelivery(organizationId, second)).toMatchObject({
        status: 'failed',
        nextTime: null,
      });
      expect((await store.read.outbox(organizationId)).nextDeliveryTime).toBeNull();
      const [change] = (await store.read.settingChanges(organizationId, page)).items;
      expect(change).toMatchObject({ action: 'webhook-deactivated', subject: 'w', actor: 'leadsource' });
      const resend = store.write('resendDelivery', { organizationId, deliveryId: second, now: ground.now });
      expect(await failureOf(resend)).toBe('conflict');
      // An attempt that was under way meanwhile is not made again.
      expect(await note(ground, second)).toMatchObject({ status: 'failed', nextTime: null });
      expect((await store.read.outbox(organizationId)).nextDeliveryTime).toBeNull();
      const { items } = await store.read.settingChanges(organizationId, page);
      expect(items.filter(({ action }) => action === 'webhook-deactivated')).toEqual([change]);
    }
  });

  test('an answer of the receiver before says nothing about a webhook that has another URL since', async () => {
    const ground = await room();
    const { store, organizationId } = ground;
    await save(ground, 'w');
    await ground.put('c', { source: 'a' });
    const [first = '', second = ''] = await plan(ground, ['w']);
    const moved = { ...request, url: 'https://moved.example/' };
    const { webhook } = await save(ground, 'w', { request: moved, mustBeNew: false });
    expect(await note(ground, first, { responseStatus: 410 })).toMatchObject({
      status: 'pending',
      nextTime: ground.now + 5000,
    });
    await note(ground, second, { responseStatus: 503 });
    expect(await store.read.webhook(organizationId, 'w')).toEqual(webhook);
    await note(ground, first, { responseStatus: 410, url: moved.url });
    expect(await store.read.webhook(organizationId, 'w')).toMatchObject({ deactivation: 'gone' });
    expect(await store.read.webhookDelivery(organizationId, second)).toMatchObject({ status: 'failed' });
  });

  test('a success lets the time of failing begin anew', async () => {
    const ground = await room();
    await save(ground, 'w');
    await ground.put('c', { source: 'a' });
    const [first = '', second = ''] = await plan(ground, ['w']);
    await note(ground, first);
    await note(ground, second, { responseStatus: 200 });
    ground.now += 6 * days;
    await note(ground, first);
    const webhook = await ground.store.read.webhook(ground.organizationId, 'w');
    expect(webhook).toMatchObject({ status: 'active', failingSinceTime: ground.now });
  });

  test('what is resent is due at once, from its first attempt on', async () => {
    const ground = await room();
    const { store, organizationId } = ground;
    await save(ground, 'w');
    await ground.put('c', { source: 'a' });
    const [first = ''] = await plan(ground, ['w']);
    await note(ground, first, { responseStatus: 200 });
    ground.now += 7;
    await store.write('resendDelivery', { organizationId, deliveryId: first, now: ground.now });
    expect(await store.read.webhookDelivery(organizationId, first)).toMatchObject({
      status: 'pending',
      attempts: 0,
      nextTime: ground.now,
    });
    const unknown = store.write('resendDelivery', { organizationId, deliveryId: 'unknown', now: 1 });
    expect(await failureOf(unknown)).toBe('not-found');
  });

  test('after the clock was set back, what waits for longer than it may is due, a part at a time, and nothing else', async () => {
    const [ground, neighbour] = [await room(), await room()];
    const { store, organizationId } = ground;
    for (const each of [ground, neighbour]) {
      await save(each, 'w');
      for (const source of ['a', 'b', 'c']) await each.put('c', { source });
    }
    const [waiting = '', retried = ''] = await plan(ground, ['w']);
    const [strange = ''] = await plan(neighbour, ['w']);
    await note(ground, retried);
    const nextTimeOf = async (room: StoreRoom, id: string) =>
      (await store.read.webhookDelivery(room.organizationId, id))?.nextTime;
    const bringForward = (limit: number) =>
      store.write('bringForwardDeliveries', { organizationId, now: ground.now, limit });
    const [first, second] = [await nextTimeOf(ground, waiting), await nextTimeOf(ground, retried)];
    // Clocks of processes may differ.
    ground.now -= 60_000;
    expect(await bringForward(100)).toEqual({ isLeft: false });
    expect([await nextTimeOf(ground, waiting), await nextTimeOf(ground, retried)]).toEqual([first, second]);
    ground.now -= 3_600_000;
    expect(await due(ground, 'w')).toEqual([]);
    // Those that were made together are brought forward together.
    expect(await bringForward(2)).toEqual({ isLeft: true });
    expect(await nextTimeOf(ground, retried)).toBe(second);
    expect(await bringForward(2)).toEqual({ isLeft: false });
    expect(await due(ground, 'w')).toHaveLength(4);
    expect(await nextTimeOf(neighbour, strange)).toBe(neighbour.now);
  });

  test('old deliveries are dropped by their ids, but for those that are still on their way', async () => {
    const ground = await room();
    const { store, organizationId } = ground;
    await save(ground, 'w');
    await ground.put('c', { source: 'a' });
    const [first = '', second = ''] = await plan(ground, ['w']);
    await note(ground, first, { responseStatus: 200 });
    await store.write('pruneDeliveries', { organizationId, beforeId: first, limit: 100 });
    expect((await store.read.webhookDeliveries(organizationId, page)).total).toBe(2);
    await store.write('pruneDeliveries', { organizationId, beforeId: 'x', limit: 100 });
    const { items } = await store.read.webhookDeliveries(organizationId, page);
    expect(items.map(({ id }) => id)).toEqual([second]);
  });

  test('a delivery that is given up after the clock was set back was not updated before it was made', async () => {
    const ground = await room();
    const { store, organizationId } = ground;
    for (const id of ['v', 'w']) await save(ground, id);
    await ground.put('c', { source: 'a' });
    await plan(ground, ['v', 'w']);
    ground.now -= 3_600_000;
    await save(ground, 'w', { request: { ...request, status: 'inactive' }, mustBeNew: false });
    const { items } = await store.read.webhookDeliveries(organizationId, page);
    expect(items.map(({ webhookId, status, updatedTime }) => [webhookId, status, updatedTime])).toEqual(
      items.map(({ webhookId, createdTime }) => [
        webhookId,
        webhookId === 'w' ? 'failed' : 'pending',
        createdTime,
      ]),
    );
    expect(items).toHaveLength(4);
  });

  test('many deliveries are dropped or removed a part at a time, and none of an active webhook is given up', async () => {
    const ground = await room();
    const { store, organizationId } = ground;
    for (const id of ['v', 'w']) await save(ground, id);
    for (const source of ['a', 'b', 'c', 'd']) await ground.put('c', { source });
    const all = await plan(ground, ['v', 'w']);
    const statuses = async () => {
      const { items } = await store.read.webhookDeliveries(organizationId, page);
      const of = (id: string) =>
        items.filter(({ webhookId }) => webhookId === id).map(({ status }) => status);
      return [of('v'), of('w')];
    };
    const five = Array.from({ length: 5 }, () => 'pending');
    expect(await statuses()).toEqual([five, five]);
    // Due one after the other.
    for (const [place, id] of all.entries()) {
      await store.write('resendDelivery', { organizationId, deliveryId: id, now: ground.now + place });
    }
    const of = (webhookId: string) => ({ organizationId, webhookId, actor: ground.actor, now: ground.now });
    expect(await store.write('giveUpDeliveries', { ...of('v'), limit: 2 })).toEqual({ isLeft: false });
    expect(await statuses()).toEqual([five, five]);
    for (const id of all.filter((id) => id.startsWith('v_')).slice(0, 3)) {
      await note(ground, id, { responseStatus: 200 });
    }
    const old = { organizationId, beforeId: 'x' };
    expect(await store.write('pruneDeliveries', { ...old, limit: 2 })).toEqual({ isLeft: true });
    expect((await statuses()).map(({ length }) => length)).toEqual([3, 5]);
    expect(await store.write('pruneDeliveries', { ...old, limit: 2 })).toEqual({ isLeft: false });
    expect((await statuses()).map(({ length }) => length)).toEqual([2, 5]);
    expect(await store.write('removeDeliveries', { ...of('w'), limit: 4 })).toEqual({ isLeft: true });
    expect((await statuses()).map(({ length }) => length)).toEqual([2, 1]);
    expect(await store.write('removeDeliveries', { ...of('w'), limit: 4 })).toEqual({ isLeft: false });
    expect(await store.write('removeDeliveries', { ...of('unknown'), limit: 0 })).toEqual({ isLeft: false });
  });

  test('touches are found by their keys, through a merge, as long as they are there', async () => {
    const ground = await room();
    for (const source of ['a', 'b']) await ground.put('d', { source });
    const keys = ((await ground.touches('d')) ?? []).map(({ touch }) => touch.key);
    await ground.put('t', { source: 't' });
    const sources = async (customerId: string) => {
      const touches = await ground.store.read.touchesByKey(ground.organizationId, customerId, keys);
      return touches.map(({ touch }) => touch.leadSource.source).toSorted();
    };
    expect(await sources('d')).toEqual(['a', 'b']);
    await ground.merge('d', 't');
    expect(await sources('d')).toEqual(['a', 'b']);
    await ground.remove('t');
    expect(await sources('d')).toEqual([]);
  });
}

export function webhookContract(ground: ContractGround): void {
  webhookTests(ground);
  deliveryTests(ground);
}
