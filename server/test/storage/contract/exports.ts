import { expect, test } from 'vitest';
import { attributionModels } from '../../../src/domain/attribution-models.ts';
import { defaultAttributionSettings } from '../../../src/domain/attribution-settings.ts';
import type { ExportKind } from '../../../src/domain/export.ts';
import { type SpendDimension, spendDimensions } from '../../../src/domain/spend.ts';
import { millisecondsPerDay } from '../../../src/domain/time.ts';
import type { ExportedColumns, ExportPage } from '../../../src/storage/store.ts';
import { failureOf } from '../../support/failures.ts';
import { MoneyWorld, type WorldCredit } from '../../support/money-world.ts';
import { announceSeed, randomFrom } from '../../support/random.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

type Row = Readonly<Record<string, unknown>>;

function rowsOf({ columns, rowCount }: ExportPage<ExportKind>): readonly Row[] {
  const entries = Object.entries(columns) as readonly (readonly [string, readonly unknown[]])[];
  return Array.from({ length: rowCount }, (_, place) =>
    Object.fromEntries(entries.map(([name, cells]) => [name, cells[place]])),
  );
}

/** Every row, read in pages of so many. */
async function exported({ store, organizationId }: StoreRoom, kind: ExportKind, limit: number) {
  const pages: ExportPage<ExportKind>[] = [];
  for (let after: ExportPage<ExportKind>['end'] = null; ; ) {
    const page = await store.read.exportPage(organizationId, kind, after, limit);
    pages.push(page);
    after = page.end;
    if (after === null) break;
  }
  return { rows: pages.flatMap(rowsOf), pages };
}

/** A credit as the world has it: by conversion and touch, what each model gives and refunds take. */
function creditOf({ conversion, touch, isFirst, byModel }: WorldCredit) {
  const models = Object.entries(byModel).map(([model, { weight, amount, refunds }]) => {
    const refunded = refunds.reduce((sum, refund) => sum + refund.amount, 0);
    return [model, { weight, amount, refunded }] as const;
  });
  const touchKey = touch?.key ?? 0;
  return { conversionId: conversion.id, touchKey, isFirst, models: Object.fromEntries(models) };
}

function creditIn(row: Row): ReturnType<typeof creditOf> {
  const models = attributionModels.map((model) => {
    const [weight, amount, refunded] = ['weight', 'amount', 'refunded'].map((cell) =>
      Number(row[`credits.${model}.${cell}`]),
    );
    return [model, { weight, amount, refunded }] as const;
  });
  const { conversionId, touchKey, isFirst } = row;
  const place = { conversionId: String(conversionId), touchKey: Number(touchKey), isFirst: isFirst === 1 };
  return { ...place, models: Object.fromEntries(models) } as ReturnType<typeof creditOf>;
}

function byKey(credits: readonly ReturnType<typeof creditOf>[]) {
  const key = ({ conversionId, touchKey }: ReturnType<typeof creditOf>) => `${conversionId} ${touchKey}`;
  return new Map(credits.map((credit) => [key(credit), credit]));
}

export function exportContract({ room }: ContractGround): void {
  test('every touch comes once, by customer and key, however long the pages are', async () => {
    const ground = await room();
    for (const id of ['b', 'a', 'e', 'B']) {
      await ground.put(id, { source: id, path: `/${id}` });
      await ground.put(id, { medium: 'cpc', clickId: id });
    }
    await ground.add('a', { source: 'earlier' }, { givenId: 'told', occurredTime: ground.now - 5000 });
    const whole = await exported(ground, 'touches', 100);
    expect(whole.pages).toHaveLength(1);
    expect(whole.rows.map(({ customerId }) => customerId)).toEqual([
      'B',
      'B',
      'a',
      'a',
      'a',
      'b',
      'b',
      'e',
      'e',
    ]);
    const given = whole.rows.find(({ givenId }) => givenId === 'told');
    expect(given).toMatchObject({ occurredTime: ground.now - 5000, recordedTime: ground.now, origin: 0 });
    expect(given?.['key']).toBe(given?.['originalKey']);
    const { tuples, actors } = whole.pages[0] ?? {};
    expect(tuples?.get(Number(given?.['tupleKey']))).toMatchObject({ source: 'earlier', medium: null });
    expect(actors?.get(Number(given?.['actorKey']))).toBe('key_test');
    for (const limit of [1, 2, 3, 9])
      expect((await exported(ground, 'touches', limit)).rows).toEqual(whole.rows);
  });

  test('touches of visitors that are nobody yet are left out, and end no page', async () => {
    const ground = await room();
    for (const place of ['visitor-a', 'visitor-b', 'visitor-c'])
      await ground.capture(place, { source: place });
    for (const id of ['1', 'z']) await ground.put(id, { source: id });
    for (const limit of [1, 2, 3, 100]) {
      const { rows } = await exported(ground, 'touches', limit);
      expect(rows.map(({ customerId }) => customerId)).toEqual(['1', 'z']);
    }
  });

  test('every customer comes once, with its first and its most recent lead source', async () => {
    const ground = await room();
    const createdTime = ground.now;
    await ground.save('with', { facts: { websiteId: 'main', customFields: { plan: 'gold' } } });
    ground.now += 1000;
    await ground.put('with', { source: 'first', path: '/1' });
    ground.now += 1000;
    await ground.put('with', { source: 'last', clickId: 'x' });
    await ground.save('without', {});
    const whole = await exported(ground, 'customers', 100);
    expect(whole.rows).toEqual([
      {
        customerId: 'with',
        websiteId: 'main',
        customFields: '{"plan":"gold"}',
        revision: 3,
        createdTime,
        updatedTime: ground.now,
        tupleKey: expect.any(Number),
        clickId: 'x',
        path: null,
        referrer: null,
        originalTupleKey: expect.any(Number),
        originalClickId: null,
        originalPath: '/1',
        originalReferrer: null,
        originalTime: createdTime + 1000,
        leadSourceCreatedTime: createdTime + 1000,
        leadSourceUpdatedTime: ground.now,
      },
      expect.objectContaining({ customerId: 'without', tupleKey: null, originalTime: null }),
    ]);
    expect((await exported(ground, 'customers', 1)).rows).toEqual(whole.rows);
  });

  test('a lead source that was told late is as old as what was told of it, not as its touch', async () => {
    const ground = await room();
    const occurredTime = ground.now - 5000;
    await ground.add('c', { source: 'a' }, { occurredTime });
    const { rows } = await exported(ground, 'customers', 10);
    const [leadSourceCreatedTime, leadSourceUpdatedTime] = [ground.now, ground.now];
    expect(rows).toMatchObject([
      { originalTime: occurredTime, leadSourceCreatedTime, leadSourceUpdatedTime },
    ]);
    const { leadSource } = (await ground.customer('c')) ?? {};
    expect(leadSource).toMatchObject({ createdTime: ground.now, updatedTime: ground.now });
  });

  test('every conversion comes once, by customer and key, with what was refunded', async () => {
    const ground = await room();
    const { now } = ground;
    await ground.convert('b', { conversionId: 'late', amount: 100, currency: 'JPY', metadata: { a: 1 } });
    await ground.convert('b', { conversionId: 'early', amount: 250, occurredTime: now - 9 });
    await ground.convert('a', { conversionId: 'only', type: 'order', orderId: 'A-1' });
    ground.now += 1000;
    await ground.refund('early', { amount: '1.05' });
    const whole = await exported(ground, 'conversions', 100);
    const plain = { createdTime: now, updatedTime: now, refundedAmount: 0, currency: 'EUR' };
    const unsaid = { type: null, orderId: null, metadata: null };
    expect(whole.rows).toEqual([
      {
        ...{ ...plain, ...unsaid, customerId: 'a', conversionId: 'only', occurredTime: now },
        ...{ amount: 1000, type: 'order', orderId: 'A-1' },
      },
      {
        ...{ ...plain, ...unsaid, customerId: 'b', conversionId: 'late', occurredTime: now },
        ...{ amount: 100, currency: 'JPY', metadata: '{"a":1}' },
      },
      {
        ...{ ...plain, ...unsaid, customerId: 'b', conversionId: 'early', occurredTime: now - 9 },
        ...{ amount: 250, refundedAmount: 105, updatedTime: ground.now },
      },
    ]);
    for (const limit of [1, 2, 3]) {
      expect((await exported(ground, 'conversions', limit)).rows).toEqual(whole.rows);
    }
  });

  test('every credit comes once, with what refunds took of it, by the settings in force', async () => {
    const ground = await room();
    const world = new MoneyWorld(ground, randomFrom(announceSeed('exported credits')));
    const [from, until] = [ground.now - 40 * millisecondsPerDay, ground.now];
    await world.fill({ customers: 6, touchesEach: 5, conversionsEach: 3, from, until });
    await world.convert('nobody', 77, until);
    const own = { ...defaultAttributionSettings, lookbackDays: 9, halfLifeDays: 2 };
    for (const [version, settings] of [defaultAttributionSettings, own].entries()) {
      if (version > 0) {
        const job = await ground.attribute(own);
        while (!(await ground.buildCredits(job, 1000)).isFinished);
      }
      const whole = await exported(ground, 'credits', 100);
      expect(byKey(whole.rows.map(creditIn))).toEqual(byKey(world.credits(settings).map(creditOf)));
      const versions = new Set(whole.rows.map(({ settingsVersion }) => settingsVersion));
      expect(versions).toEqual(new Set([version + 1]));
      const unattributed = whole.rows.filter(({ tupleKey }) => tupleKey === null);
      expect(unattributed.every(({ touchKey }) => touchKey === 0)).toBe(true);
      for (const limit of [1, 2, 7]) {
        expect((await exported(ground, 'credits', limit)).rows).toEqual(whole.rows);
      }
    }
  });

  test('all that was spent comes once, by day', async () => {
    const ground = await room();
    const unnamed = Object.fromEntries(spendDimensions.map((dimension) => [dimension, null])) as {
      [Dimension in SpendDimension]: null;
    };
    const entries = [20_000, 19_000, -7].flatMap((day) =>
      ['a', 'b'].map((source) => {
        return { ...unnamed, source, day, currency: 'EUR', amount: day + 10, updatedTime: ground.now };
      }),
    );
    await ground.store.write('putSpend', { organizationId: ground.organizationId, entries });
    const whole = await exported(ground, 'spend', 100);
    expect(whole.rows.map(({ day }) => day)).toEqual([-7, -7, 19_000, 19_000, 20_000, 20_000]);
    expect(new Set(whole.rows)).toEqual(new Set(entries));
    for (const limit of [1, 4, 6]) expect((await exported(ground, 'spend', limit)).rows).toEqual(whole.rows);
  });

  test('conversions for platforms come by time, with the credited touches that have click ids', async () => {
    const ground = await room();
    const { organizationId, store } = ground;
    const { now } = ground;
    const at = (days: number) => now - days * millisecondsPerDay;
    await ground.add('a', { source: 'x', clickId: 'CaSe', path: '/p' }, { occurredTime: at(9) });
    await ground.add('a', { source: 'y' }, { occurredTime: at(8) });
    await ground.convert('a', { conversionId: 'late', amount: 101, occurredTime: at(1) });
    await ground.convert('a', { conversionId: 'early', amount: 7, occurredTime: at(7), orderId: 'A' });
    await ground.convert('nobody', { conversionId: 'bare', occurredTime: at(3) });
    await ground.refund('early', { amount: '0.02', occurredTime: at(1.5) });
    ground.now = now + 5000;
    // Recorded later, though it occurred earlier.
    await ground.refund('early', { amount: '0.01', occurredTime: at(2) });
    const period = { start: at(10), end: at(0) };
    const question = {
      settingsVersion: 1,
      model: 'linear',
      period,
      basis: 'conversion',
      sharedKey: null,
      limit: 10,
    } as const;
    const all = await store.read.offlineConversions(organizationId, question);
    const touch = { clickId: 'CaSe', clickIdKind: 'clickid', path: '/p', occurredTime: at(9), weight: 0.5 };
    expect(all).toMatchObject([
      {
        id: 'early',
        orderId: 'A',
        refundedTime: now + 5000,
        touches: [{ ...touch, amount: 3, refunded: 1 }],
      },
      { id: 'bare', customerId: 'nobody', refundedTime: null, touches: [] },
      { id: 'late', customerId: 'a', touches: [{ ...touch, amount: 50, refunded: 0 }] },
    ]);
    const ids = async (more: Partial<Parameters<typeof store.read.offlineConversions>[1]>) =>
      (await store.read.offlineConversions(organizationId, { ...question, ...more })).map(({ id }) => id);
    expect(await ids({ limit: 2 })).toHaveLength(2);
    expect(await ids({ basis: 'refund', period: { start: at(2), end: at(1) } })).toEqual(['early']);
    expect(await ids({ basis: 'refund', period: { start: at(8), end: at(2) } })).toEqual([]);
    const sharing = async (sharedKey: 'order' | 'customer-second') => {
      const all = await store.read.offlineConversions(organizationId, { ...question, sharedKey });
      return all.map(({ id, isShared }) => (isShared ? `${id} shares` : id));
    };
    expect(await sharing('order')).toEqual(['early', 'bare', 'late']);
    // In another period, and of whoever: one that has the order's name as its own, and one of the same second.
    await ground.convert('nobody', { conversionId: 'A', occurredTime: at(20) });
    await ground.convert('nobody', { conversionId: 'again', occurredTime: at(3) + 1, orderId: 'B' });
    await ground.convert('a', { conversionId: 'other', occurredTime: at(3), orderId: 'C' });
    expect(await sharing('order')).toEqual(['early shares', 'bare', 'other', 'again', 'late']);
    expect(await sharing('customer-second')).toEqual([
      'early',
      'bare shares',
      'other',
      'again shares',
      'late',
    ]);
    const credited = await store.read.offlineConversions(organizationId, { ...question, model: 'last' });
    expect(credited.flatMap(({ touches }) => touches)).toEqual([]);
    expect(await store.read.offlineConversions((await room()).organizationId, question)).toEqual([]);
  });

  test('a conversion is credited to what is told of its moment: a captured click, and a touch told a little ahead', async () => {
    const ground = await room();
    const { organizationId, store, now } = ground;
    await ground.convert('a', { conversionId: 'paid' });
    await ground.link('a', 'visitor-1');
    await ground.capture('visitor-1', { source: 'x', clickId: 'click' }, { clickIdKind: 'gclid' });
    await ground.add('a', { source: 'y', clickId: 'other' }, { occurredTime: now + 1 });
    const period = { start: now, end: now + 1 };
    const question = {
      settingsVersion: 1,
      model: 'linear',
      period,
      basis: 'conversion',
      sharedKey: null,
      limit: 10,
    } as const;
    const [paid] = await store.read.offlineConversions(organizationId, question);
    expect(paid?.touches).toMatchObject([
      { clickId: 'click', clickIdKind: 'gclid', weight: 0.5 },
      { clickId: 'other', weight: 0.5 },
    ]);
    const { tuples, columns } = await store.read.exportPage(organizationId, 'credits', null, 10);
    const kinds = (columns as ExportedColumns<'credits'>).tupleKey.map(
      (key) => tuples.get(key ?? 0)?.clickIdKind,
    );
    expect(kinds).toEqual(['gclid', 'clickid']);
  });

  test('an organization without rows has an empty page, an unknown one is not found', async () => {
    const { store, organizationId } = await room();
    expect(await store.read.exportPage(organizationId, 'touches', null, 10)).toMatchObject({
      rowCount: 0,
      end: null,
    });
    expect(await failureOf(store.read.exportPage('org_nobody', 'customers', null, 10))).toBe('not-found');
  });

  test('the rows of another organization do not come', async () => {
    const [one, other] = [await room(), await room()];
    await one.put('c', { source: 'a' });
    await other.put('c', { source: 'b' });
    expect((await exported(one, 'touches', 10)).rows).toHaveLength(1);
    expect((await exported(other, 'customers', 10)).rows).toHaveLength(1);
  });
}
