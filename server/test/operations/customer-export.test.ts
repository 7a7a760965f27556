import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HeldKind } from '../../src/domain/customer-export.ts';
import { heldKinds } from '../../src/domain/customer-export.ts';
import { createAffiliateStatementOperations } from '../../src/operations/affiliate-statement.ts';
import { createChannels } from '../../src/operations/channel.ts';
import { createCustomerExportOperations } from '../../src/operations/customer-export.ts';
import type { HeldPlace, HeldRow } from '../../src/storage/store.ts';
import { fates } from '../../src/storage/transfer-tables.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { failureOf } from '../support/failures.ts';
import { organizationNamed, StoreRoom } from '../support/store-room.ts';

/** Whatever is written of the customer has it in it. */
const mark = 'of-jane';
const marked = (what: string) => `${what}-${mark}`;

/** A customer of whom every table has something that can have anything. */
async function addPerson(room: StoreRoom, id: string): Promise<void> {
  const mine = (what: string) => `${what}-${id}`;
  room.actor = mine('key');
  const details = {
    clickId: mine('click'),
    path: `/${mine('path')}`,
    referrer: `https://x.example/${mine('r')}`,
  };
  await room.put(mine('before'), { source: mine('old'), ...details });
  await room.save(id, { facts: { websiteId: mine('site'), customFields: { mail: mine('mail') } } });
  await room.merge(mine('before'), id);
  const once = { route: 'POST /x', key: mine('key'), contentDigest: mine('digest') };
  await room.add(
    id,
    { affiliate: mine('ann'), subAffiliate: 's', ...details },
    { givenId: mine('touch'), once },
  );
  const { key: importKey } = await room.begin(mine('import'));
  await room.add(id, { campaign: mine('imported') }, { importKey, origin: 'import' });
  await room.capture(mine('visitor'), { source: mine('seen'), ...details }, { digest: 'none of it' });
  await room.link(id, mine('visitor'));
  const told = { type: mine('type'), orderId: mine('order'), metadata: { note: mine('note') } };
  await room.convert(id, { conversionId: mine('conversion'), ...told, amount: 1234, currency: 'JPY' });
  await room.refund(mine('conversion'), { refundId: mine('refund'), amount: '34' });
}

/** Tells a webhook of the changes so far, and leaves one that is not told yet. */
async function tellOthers(room: StoreRoom, id: string): Promise<void> {
  const { store, organizationId, now } = room;
  const request = { status: 'active', url: 'https://a.example/', eventsFilter: [], headers: [] } as const;
  const by = { organizationId, actor: 'operator', now };
  await store.write('saveWebhook', { ...by, webhookId: 'w', request, secret: 'whsec_MQ==', mustBeNew: true });
  const events = await room.keptEvents();
  const deliveries = events.map((kept) => ({
    id: `delivery-${String(kept.key).padStart(4, '0')}-${kept.event.customerId}`,
    webhookId: 'w',
    kept,
    now,
  }));
  await store.write('keepDeliveries', { organizationId, deliveries, upToKey: events.at(-1)?.key ?? 0 });
  const attempt = {
    initiatedTime: now,
    durationMilliseconds: 7,
    url: request.url,
    responseStatus: 500,
    error: null,
    response: `answer-${id}`,
  };
  const deliveryId = deliveries.find(({ kept }) => kept.event.customerId === id)?.id ?? '';
  await store.write('noteAttempt', { organizationId, deliveryId, attempt, now, jitter: 0 });
  room.actor = `key-${id}`;
  await room.add(id, { term: `later-${id}` }, { givenId: `later-${id}` });
}

describe.each(engines)('the export of a customer on $name', ({ open }) => {
  let opened: OpenedStore;
  let room: StoreRoom;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());
  beforeEach(async () => {
    room = await StoreRoom.openHeard(() => opened.store);
  });

  const principal = () => ({
    organization: organizationNamed(room.organizationId),
    actor: 'key_a',
    permissions: ['*'] as const,
    allowedIps: [],
    keyId: null,
    expiresTime: null,
  });

  function begin(customerId: string) {
    const context = { store: opened.store, now: () => room.now };
    const operations = createCustomerExportOperations(context, createChannels(context));
    return operations.export(principal(), customerId);
  }

  async function exported(customerId: string) {
    const { customer, parts } = await begin(customerId);
    const rows = new Map<HeldKind, HeldRow[]>();
    for await (const part of parts) rows.set(part.kind, [...(rows.get(part.kind) ?? []), ...part.rows]);
    return { customer, rows };
  }

  async function closePeriod(start: { instant: number } | null = { instant: 0 }): Promise<void> {
    const statements = createAffiliateStatementOperations({
      store: opened.store,
      now: () => room.now,
      random: (count) => new Uint8Array(count).fill(1),
    });
    room.now += 1000;
    const end = { instant: room.now - 500 };
    await statements.close(principal(), { model: 'linear', start, end, timezone: null });
  }

  test('has every value of every table that holds anything of it', async () => {
    await addPerson(room, mark);
    await addPerson(room, 'of-john');
    await closePeriod();
    await tellOthers(room, mark);
    const { customer, rows } = await exported(mark);
    const text = JSON.stringify([customer, [...rows]]);
    // What stays where it is, such as locks and counts of calls, is nobody's.
    const tables = Object.entries<object>(fates).filter(([_table, fate]) => 'columns' in fate);
    for (const [table, fate] of tables) {
      const found = await opened.rows(`SELECT * FROM ${table}`);
      const texts = found.flatMap(Object.values).filter((cell) => typeof cell === 'string');
      const mine = texts.filter((cell) => cell.includes(mark));
      const isHeld = 'columns' in fate && 'customer_id' in (fate.columns as object);
      // A table of customers that nothing was written to would show nothing.
      if (isHeld) expect([table, mine.length > 0]).toEqual([table, true]);
      const missing = mine.filter((cell) => !text.includes(JSON.stringify(cell).slice(1, -1)));
      // JSON is kept as text, and told as what it is.
      expect([table, missing.filter((cell) => !text.includes(cell))]).toEqual([table, []]);
    }
    for (const kind of heldKinds) expect([kind, rows.get(kind)?.length ?? 0]).not.toEqual([kind, 0]);
    expect(text).not.toContain('of-john');
    // The fourth came with the visitor.
    expect(rows.get('touches')?.map(({ visitorId }) => visitorId)).toEqual([
      null,
      null,
      null,
      marked('visitor'),
      null,
    ]);
  });

  test('is the same whoever lives the same life beside it, also in the same browser', async () => {
    const alone = await exportAfterLifeOf([mark]);
    expect(await exportAfterLifeOf(['of-john', mark])).toEqual(alone);
    const { rows } = await exported(mark);
    const told = (kind: HeldKind, ...columns: readonly string[]) =>
      rows.get(kind)?.map((row) => columns.map((column) => row[column]));
    const idsOf = (place: string) => [place + marked('conversion'), place + marked('refund')] as const;
    const [first, next] = [idsOf(''), idsOf('next-')];
    expect(told('refunds', 'conversionId', 'id')).toEqual([first, next]);
    // Of four touches, and of the one more before the second.
    const each = (place: 0 | 1) => [...Array(4).fill([first[place]]), ...Array(5).fill([next[place]])];
    expect(told('credits', 'conversionId')).toEqual(each(0));
    expect(told('refundCredits', 'refundId')).toEqual(each(1));
    const [click, nextClick] = [marked('click'), `next-${marked('click')}`];
    const stated = [
      [first[0], click],
      [next[0], nextClick],
      [next[0], click],
    ];
    expect(told('statedConversions', 'conversionId', 'clickId')).toEqual(stated);
    const periods = told('statementLines', 'periodId', 'clickId');
    expect(periods?.map(([, clickId]) => clickId)).toEqual([click, nextClick, click]);
    expect(told('statedConversions', 'periodId', 'clickId')).toEqual(periods);
    const touchIds = ['current', 'previous'].map((which) => `${which}TouchId.given`);
    expect(told('events', ...touchIds)?.at(-1)).toEqual([`untold-${mark}`, `alias-${mark}`]);
    expect(told('webhookDeliveries', ...touchIds)?.at(-1)).toEqual([`next-${mark}`, null]);
  });

  /** Of the last of these, without what is numbered. */
  async function exportAfterLifeOf(ids: readonly string[]): Promise<unknown> {
    room = await StoreRoom.openHeard(() => opened.store);
    for (const id of ids) await addPerson(room, id);
    await closePeriod();
    for (const id of ids) {
      room.actor = `key-${id}`;
      await room.add(id, { affiliate: `ann-${id}`, clickId: `next-click-${id}` }, { givenId: `next-${id}` });
      await room.convert(id, { conversionId: `next-conversion-${id}` });
      await room.refund(`next-conversion-${id}`, { refundId: `next-refund-${id}` });
      await room.link(id, marked('visitor'));
    }
    await closePeriod(null);
    await tellOthers(room, mark);
    for (const id of ids) {
      await room.add(`alias-${id}`, { source: `a-${id}` }, { givenId: `alias-${id}` });
      await room.merge(`alias-${id}`, id);
      await room.add(id, { content: 'untold' }, { givenId: `untold-${id}` });
    }
    const { customer, rows } = await exported(mark);
    const numbered = /Id$|^id$|^key$|^line$/;
    const text = JSON.stringify([customer, [...rows]], (name, value) =>
      typeof value === 'number' && numbered.test(name) ? 0 : value,
    );
    return JSON.parse(text.replaceAll(/(delivery-|"key\\":)\d+/g, '$1'));
  }

  test('has what closed statements tell of it, also of lead sources that were deleted since', async () => {
    await room.put(mark, { affiliate: 'ann', clickId: marked('click') });
    await room.put('of-john', { affiliate: 'ann', clickId: 'click-of-john' });
    await closePeriod();
    await room.remove(mark);
    const { rows } = await exported(mark);
    expect(JSON.stringify(rows.get('statementLines'))).toContain(marked('click'));
    expect(JSON.stringify([...rows])).not.toContain('of-john');
  });

  test('has them also where it came by the click under another id, or as a visitor', async () => {
    const ids = [mark, 'of-john'];
    for (const id of ids) {
      await room.put(`before-${id}`, { affiliate: 'ann', clickId: `click-${id}` });
      await room.capture(`visitor-${id}`, { affiliate: 'bob', clickId: `visit-${id}` });
    }
    await closePeriod();
    for (const id of ids) {
      await room.put(id, { source: 'x' });
      await room.merge(`before-${id}`, id);
      await room.link(id, `visitor-${id}`);
      await room.remove(id);
    }
    const told = JSON.stringify((await exported(mark)).rows.get('statementLines'));
    expect(told).not.toContain('of-john');
    for (const click of ['click', 'visit']) expect(told).toContain(marked(click));
  });

  test('is the same however many rows are read at a time', async () => {
    await addPerson(room, mark);
    await addPerson(room, 'of-john');
    // A conversion with several of everything, and settings that are not in force yet.
    await room.add(mark, { affiliate: 'ann', clickId: 'another' });
    await room.convert(mark, { conversionId: 'several', amount: 500 });
    for (const refundId of ['one', 'two']) await room.refund('several', { refundId, amount: '1.00' });
    await room.attribute({ lookbackDays: 30 });
    await closePeriod();
    await tellOthers(room, mark);
    const read = async (kind: HeldKind, limit: number) => {
      const rows: HeldRow[] = [];
      for (let after: HeldPlace | null = null; ; ) {
        const page = await opened.store.read.heldPage(room.organizationId, mark, kind, after, limit);
        rows.push(...page.rows);
        after = page.end;
        if (after === null) return rows;
      }
    };
    for (const kind of heldKinds) {
      const whole = await read(kind, 1000);
      expect(whole.length).toBeGreaterThan(0);
      for (const limit of [1, 2]) expect(await read(kind, limit)).toEqual(whole);
    }
  });

  test('is of one organization, and of nobody who is unknown, was merged away or erased', async () => {
    await addPerson(room, mark);
    const other = await StoreRoom.open(() => opened.store);
    await other.put(mark, { source: 'another' });
    expect(JSON.stringify([...(await exported(mark)).rows])).not.toContain('another');
    for (const id of ['nobody', marked('before')]) expect(await failureOf(begin(id))).toBe('not-found');
    await room.erase(mark);
    expect(await failureOf(begin(mark))).toBe('not-found');
  });

  test.each(['goes', 'goes, and another comes under its id'])(
    'breaks off where the customer %s before all is told',
    async (words) => {
      await addPerson(room, mark);
      const { parts } = await begin(mark);
      await parts.next();
      await room.erase(mark);
      room.now += 1;
      if (words !== 'goes') await room.put(mark, { source: 'another' });
      const rest = async () => {
        for await (const _part of parts);
      };
      expect(await failureOf(rest())).toBe('conflict');
    },
  );
});
