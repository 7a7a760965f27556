import { heldKinds } from '../../src/domain/customer-export.ts';
import { newJob } from '../../src/domain/job.ts';
import { type SpendEntry, spendDimensions } from '../../src/domain/spend.ts';
import type { Store } from '../../src/storage/store.ts';
import { stateAffiliates } from './stated-affiliates.ts';
import { apiKeyNamed, StoreRoom } from './store-room.ts';

const page = { limit: 10, offset: 0 };

/** Does in an organization, once or more, all that can be done to a store, and leaves rows of its own in every table. */
export async function keepBusy(store: Store, secretHash: Uint8Array): Promise<StoreRoom> {
  const room = await StoreRoom.openHeard(() => store);
  await writeCustomers(room);
  await linkVisitors(room);
  await changeSettings(room, secretHash);
  await earn(room);
  await stateAffiliates(room);
  await readEverything(room, secretHash);
  await tellOthers(room);
  await store.sharedCalls?.take({
    organizationId: room.organizationId,
    windowSeconds: 60,
    windowStart: 600,
    limit: 10,
  });
  return room;
}

async function writeCustomers(room: StoreRoom): Promise<void> {
  for (const id of ['a', 'b', 'c', 'removed']) await room.put(id, { source: `of ${id}` });
  await room.save('saved', { facts: { websiteId: 'w', customFields: { plan: 'gold' } } });
  await room.remove('removed');
  await room.add('a', { source: 'told' }, { givenId: `${room.organizationId} a` });
  const once = { route: 'POST /x', key: 'key', contentDigest: 'digest' };
  await room.add('b', { source: 'once' }, { once });
  await room.add('b', { source: 'once' }, { once });
  await room.add('b', { source: 'undone' }, { givenId: 'undone' });
  await room.undo('b', 'undone');
  await importTouches(room);
  await eraseSomebody(room);
  // Twice, so that an id that stands for another moves on with it.
  await room.merge('a', 'b');
  await room.merge('b', 'c');
  await room.put('a', { source: 'through an alias' });
}

async function linkVisitors(room: StoreRoom): Promise<void> {
  for (const id of ['visitor-shared', 'visitor-erased', 'visitor-expired', 'visitor-unlinked']) {
    await room.capture(id, { source: `captured of ${id}` });
  }
  await room.link('c', 'visitor-shared');
  await room.link('saved', 'visitor-shared', 0);
  await room.capture('visitor-shared', { source: 'of a linked one' });
  await room.eraseVisitor('visitor-erased');
  await room.expireVisitors(-1, 1);
  await room.links('c');
}

/** An id that changes lies on the other side of where a build is. */
async function eraseDuringBuild(room: StoreRoom): Promise<void> {
  for (const [place, id] of ['1', '3', '5'].entries()) {
    const occurredTime = room.now - place * 1000;
    await room.convert(id, { conversionId: `${room.organizationId} of ${id}`, occurredTime });
  }
  await room.buildCredits(await room.attribute({ lookbackDays: 31 }), 1);
  for (const [id, place] of [
    ['1', '9 behind'],
    ['3', '0 before'],
  ] as const) {
    const newCustomerId = `${place} ${room.organizationId}`;
    await room.erase(id, { erasureId: `era ${newCustomerId}`, newCustomerId });
  }
}

async function eraseSomebody(room: StoreRoom): Promise<void> {
  await room.put('person', { source: 'p', path: '/', clickId: 'x' });
  await room.link('person', 'visitor-of-a-person');
  await room.convert('person', { conversionId: 'of a person' });
  await room.refund('of a person', { refundId: 'to a person' });
  await room.merge('removed', 'person');
  await room.erase('removed', { newCustomerId: `erased in ${room.organizationId}` });
  const { store, organizationId, actor, now } = room;
  await store.write('noteErasure', { organizationId, erasureId: 'again', hashes: [], actor, now });
  await store.write('forgetGone', { organizationId, after: null, limit: 10 });
  await store.read.erasures(organizationId, null, 10);
  for (const source of ['customers', 'aliases'] as const) {
    await store.read.customerNames(organizationId, source, null, 10);
  }
}

async function importTouches(room: StoreRoom): Promise<void> {
  const begun = await room.begin('kept');
  for (const id of ['b', 'imported']) {
    const { touch } = await room.add(
      id,
      { source: 'i', path: '/' },
      { importKey: begun.key, origin: 'import' },
    );
    await room.withdraw('stripTouches', id, [touch.key], { cause: 'expire' });
  }
  await room.import('kept');
  await room.store.read.imports(room.organizationId, page);
  await room.store.read.importedTouchCount(room.organizationId, begun.key);
  await room.beginUndoing('kept');
  await room.store.read.importsToUndo(room.organizationId);
  await room.store.read.undoingOrganizations();
  for (const { customerId, touchKey } of (await room.imported(begun)).slice(1)) {
    await room.withdraw('removeTouches', customerId, [touchKey]);
  }
  const { organizationId, now } = room;
  await room.store.write('endUndoing', { organizationId, importId: 'kept', now });
}

/** Leaves credits by three versions of the settings: one in force, one being built, and one being dropped. */
async function earn(room: StoreRoom): Promise<void> {
  const { store, organizationId, now } = room;
  const named = (name: string) => ({ conversionId: `${organizationId} ${name}` });
  await room.put('buyer', { source: 'before' });
  await room.convert('buyer', { ...named('first'), metadata: { plan: 'gold' }, orderId: 'o' });
  await room.convert('buyer', { ...named('second'), occurredTime: now - 1 });
  await room.refund(`${organizationId} first`, { refundId: `${organizationId} refund`, amount: '1.00' });
  await room.add('buyer', { source: 'late' }, { occurredTime: now - 1000 });
  const job = await room.attribute({ lookbackDays: 30 });
  for (let built = false; !built; ) built = (await room.buildCredits(job, 10)).isFinished;
  for (let left = true; left; ) left = (await room.dropCredits(1)).isLeft;
  await eraseDuringBuild(room);
  await room.add('buyer', { source: 'later' }, { occurredTime: now - 500, givenId: 'credited' });
  await room.undo('buyer', 'credited');
  await room.merge('buyer', 'c');
  const request = { type: 'of a test' };
  const own = { ...newJob('own', 'test', request, { actor: 'operator', now }) };
  await store.write('createJob', { organizationId, job: own });
  await store.write('claimJob', { organizationId, jobId: 'own', holder: 'a process', now, until: now + 1 });
  const outcome = { status: 'running', progress: 0.25 } as const;
  await store.write('advanceJob', { organizationId, jobId: 'own', outcome, now });
  const dimensions = Object.fromEntries(spendDimensions.map((name) => [name, null]));
  const spent = {
    ...dimensions,
    source: 'google',
    day: 20_000,
    currency: 'EUR',
    amount: 1,
    updatedTime: now,
  };
  await store.write('putSpend', { organizationId, entries: [spent as SpendEntry] });
  await readMoney(room);
}

async function readMoney({ store, organizationId }: StoreRoom): Promise<void> {
  const query = { limit: 10, offset: 0, filter: [] };
  await store.read.conversion(organizationId, `${organizationId} first`);
  const sort = [{ field: 'occurredTime', descending: true }] as const;
  const ofPath = { field: 'path', negated: false, alternatives: [{ equals: '/' }] } as const;
  await store.read.conversions(organizationId, {
    ...query,
    sort,
    credited: { settingsVersion: 2, tuples: [0, 1], touchFilter: [ofPath], models: ['first', 'linear'] },
    counted: { start: 0, end: 1, dateBasis: 'refund' },
  });
  await store.read.refunds(organizationId, `${organizationId} first`, page);
  await store.read.creditVersions(organizationId);
  await store.read.job(organizationId, 'own');
  await store.read.jobPlaces(organizationId, page);
  await store.read.jobsBetween(organizationId, 'a', 'z');
  await store.read.unfinishedJobs(organizationId);
  await store.read.jobOrganizations();
  await store.read.spend(organizationId, { ...query, sort: [{ field: 'date', descending: false }] });
}

async function changeSettings(room: StoreRoom, secretHash: Uint8Array): Promise<void> {
  const { store, organizationId, now } = room;
  const actor = 'operator';
  const key = apiKeyNamed(`${organizationId} kept`, organizationId);
  await store.write('createApiKey', { key, secretHash, actor });
  const other = apiKeyNamed(`${organizationId} revoked`, organizationId);
  await store.write('createApiKey', { key: other, secretHash: secretHash.map((byte) => byte ^ 1), actor });
  const place = { organizationId, actor, now };
  const request = { description: 'd', acl: null, allowedIps: [], allowedOrigins: [], expiresTime: null };
  await store.write('changeApiKey', {
    ...place,
    keyId: key.id,
    request,
    giver: { permissions: ['*'], allowedIps: [] },
  });
  await store.write('deleteApiKey', { ...place, keyId: other.id });
  await store.write('noteApiKeyUse', { organizationId, keyId: key.id, usedTime: now });
  await store.write('noteMintedToken', { ...place, subject: 'somebody' });
  await store.write('changeOrganization', { ...place, change: { name: 'n' } });
  await changeVersionedSettings(room);
  await store.write('pruneEvents', { organizationId, upToKey: 1 });
  await store.read.answerOrganizations(now);
  await store.write('pruneAnswers', { organizationId, before: 0, limit: 1 });
  const claim = { organizationId, holder: 'a process', now, until: now + 1 };
  await store.write('claimOutbox', claim);
  await store.write('releaseOutbox', claim);
  await store.write('claimOutbox', claim);
}

async function changeVersionedSettings({ store, organizationId, now }: StoreRoom): Promise<void> {
  const change = { organizationId, actor: 'operator', now, basedOn: null, precondition: {} };
  await store.write('putChannelRules', { ...change, content: [{ channel: 'All', when: [] }] });
  await store.write('putPrivacySettings', { ...change, content: { stripTouchesAfterDays: 30 } });
  await store.write('putLandingSettings', { ...change, content: { ownHosts: ['shop.example'] } });
  await store.write('putAffiliateSettings', { ...change, content: { model: 'linear' } });
}

async function tellOthers({ store, organizationId, now }: StoreRoom): Promise<void> {
  const by = { organizationId, actor: 'operator', now };
  const request = { status: 'active', url: 'https://a.example/', eventsFilter: [], headers: [] } as const;
  for (const webhookId of ['kept', 'removed', 'inactive']) {
    await store.write('saveWebhook', { ...by, webhookId, request, secret: 'whsec_MQ==', mustBeNew: true });
  }
  const inactive = { ...request, status: 'inactive' } as const;
  const other = { webhookId: 'inactive', request: inactive, secret: '', mustBeNew: false };
  const events = await store.read.events(organizationId, 2);
  const deliveries = events.flatMap((kept) =>
    ['kept', 'removed', 'inactive'].map((webhookId) => {
      const id = `${webhookId} ${kept.key}`;
      return { id, webhookId, kept, now };
    }),
  );
  const upToKey = events.at(-1)?.key ?? 0;
  await store.write('keepDeliveries', { organizationId, deliveries, upToKey });
  await store.write('saveWebhook', { ...by, ...other });
  await store.write('rotateWebhookSecret', { ...by, webhookId: 'kept', secret: 'whsec_Mg==' });
  const one = { ...by, limit: 1 };
  await store.write('giveUpDeliveries', { ...one, webhookId: 'inactive' });
  await store.write('removeDeliveries', { ...one, webhookId: 'removed' });
  await store.write('deleteWebhook', { ...by, webhookId: 'removed' });
  const deliveryId = `kept ${upToKey}`;
  const attempt = {
    initiatedTime: now,
    durationMilliseconds: 1,
    url: request.url,
    responseStatus: 500,
    error: null,
    response: 'no',
  };
  await store.write('noteAttempt', { organizationId, deliveryId, attempt, now, jitter: 0 });
  await store.write('resendDelivery', { organizationId, deliveryId, now });
  await store.write('bringForwardDeliveries', { organizationId, now, limit: 1 });
  await store.write('pruneDeliveries', { organizationId, beforeId: '0', limit: 1 });
  await readWebhooks(store, organizationId, deliveryId, now);
}

async function readWebhooks(
  { read }: Store,
  organizationId: string,
  deliveryId: string,
  now: number,
): Promise<void> {
  await read.outbox(organizationId);
  await read.touchesByKey(organizationId, 'a', [1, 2, 3]);
  await read.touchesByGivenId(organizationId, [`${organizationId} a`]);
  await read.webhook(organizationId, 'kept');
  await read.webhooks(organizationId, page);
  await read.activeWebhooks(organizationId);
  await read.webhooksToGiveUp(organizationId);
  await read.webhookOrganizations();
  await read.webhookDelivery(organizationId, deliveryId);
  await read.webhookDeliveries(organizationId, page);
  await read.dueDeliveries(organizationId, 'kept', now, 10);
}

async function readEverything(room: StoreRoom, secretHash: Uint8Array): Promise<void> {
  const { store, organizationId } = room;
  await room.customer('c');
  await room.customers();
  const named = { field: 'leadSource.source', negated: true, alternatives: [{ equals: 'x' }] } as const;
  await room.customers({ filter: [named], sort: [{ field: 'websiteId', descending: true }] });
  await room.touches('c');
  for (const kind of heldKinds) await store.read.heldPage(organizationId, 'c', kind, null, 10);
  await room.timeline('c');
  await room.events();
  await store.read.organization(organizationId);
  await store.read.organizations();
  await store.read.apiKeyBySecret(secretHash);
  await store.read.apiKey(organizationId, `${organizationId} kept`);
  await store.read.apiKeys(organizationId, page);
  await store.read.settingChanges(organizationId, page);
  await store.read.settingVersion(organizationId, 'channel-rules', null);
  await store.read.settingVersion(organizationId, 'landing-settings', 2);
  await store.read.settingVersions(organizationId, 'privacy-settings');
  const limits = { removeBefore: 1, stripBefore: 1 };
  await store.read.agedTouches(organizationId, limits, null, 10);
  await store.read.agedTouches(organizationId, limits, { customerId: 'a', touchKey: 1 }, 10);
  await store.read.agedVisitorCount(organizationId, 1, 0);
  const { tupleKeys } = await store.read.touchCounts(organizationId, 0);
  await store.read.tuples(organizationId, [...tupleKeys]);
}
