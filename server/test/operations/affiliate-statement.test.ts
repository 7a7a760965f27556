import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AffiliateLine } from '../../src/domain/affiliate-statement.ts';
import { defaultAttributionSettings } from '../../src/domain/attribution-settings.ts';
import type { Failure } from '../../src/domain/failure.ts';
import type { Principal } from '../../src/domain/principal.ts';
import { touchId } from '../../src/domain/touch.ts';
import {
  type AffiliateStatementOperations,
  createAffiliateStatementOperations,
  type StatementRequest,
} from '../../src/operations/affiliate-statement.ts';
import type { OperationContext } from '../../src/operations/context.ts';
import { createPrivacySettingsOperations } from '../../src/operations/privacy-settings.ts';
import type { Reads } from '../../src/storage/store.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { failureOf } from '../support/failures.ts';
import { MoneyWorld } from '../support/money-world.ts';
import { principalOf } from '../support/principals.ts';
import { StoreRoom } from '../support/store-room.ts';

const at = (text: string) => Date.parse(`2026-${text}T00:00:00Z`);
const october: StatementRequest = {
  model: 'last-non-direct',
  start: { instant: at('10-01') },
  end: { instant: at('11-01') },
  timezone: null,
};
const next: StatementRequest = { ...october, start: null, end: null };

test('a statement of thousands of lines lets others have a turn while it is made', async () => {
  const credits = Array.from({ length: 5000 }, (_none, number) => ({
    affiliate: 'ann',
    subAffiliate: null,
    clickId: `click ${(number * 7919) % 10_007}`,
    conversionKey: number,
    occurredTime: at('10-10'),
    currency: 'EUR',
    conversions: 1,
    gross: 100,
    refunds: 0,
  }));
  let turn = 0;
  let timer = setImmediate(function next() {
    turn += 1;
    timer = setImmediate(next);
  });
  const read: Partial<Reads> = {
    creditsInForce: async () => ({ settingsVersion: 1, settings: defaultAttributionSettings }),
    affiliatePeriods: async () => [],
    settingVersion: async () => null,
    affiliateCredits: async () => credits,
    affiliateTraffic: async () => [],
  };
  const store = { read: read as Reads, write: () => Promise.reject(new Error('Nothing is written.')) };
  const operations = createAffiliateStatementOperations({
    store,
    now: () => at('11-02'),
    random: (count) => new Uint8Array(count),
  });
  const statement = await operations.report(principalOf({ organizationId: 'o' } as StoreRoom), october);
  clearImmediate(timer);
  const clicks = credits.map(({ clickId }) => clickId);
  expect(statement.lines.map(({ clickId }) => clickId)).toEqual(clicks.toSorted());
  expect(turn).toBeGreaterThan(100);
});

test('what closed days credit is read by the month, and so is why it changed', async () => {
  const day = 86_400_000;
  const days = 62;
  const periods = Array.from({ length: days }, (_none, place) => ({
    ...({
      number: 1 + place,
      id: `afp_${place}`,
      model: 'linear',
      settingsVersion: 1,
      actor: 'key_a',
    } as const),
    ...{ start: place * day, end: (place + 1) * day, closedTime: days * day },
  }));
  const nobody = { affiliate: 'ann', subAffiliate: null, clickId: null, currency: 'EUR' };
  const spans: { readonly start: number; readonly end: number }[] = [];
  let asked = 0;
  const read: Partial<Reads> = {
    creditsInForce: async () => ({ settingsVersion: 1, settings: defaultAttributionSettings }),
    affiliatePeriods: async () => periods,
    settingVersion: async () => null,
    affiliateAccounts: async () => [],
    affiliateCauses: async () => {
      asked += 1;
      return new Map();
    },
    affiliateTraffic: async () => [],
    affiliateCredits: async (_id, _version, _model, span) => {
      spans.push(span);
      // One in the first moment of each day, and none in the open period.
      const touched = periods.filter(({ start }) => start >= span.start && start < span.end);
      return touched.map(({ number, start: occurredTime }) => {
        const earned = { conversions: 1, gross: 100, refunds: 0 };
        return { ...nobody, ...earned, conversionKey: number, occurredTime };
      });
    },
  };
  const store = { read: read as Reads, write: () => Promise.reject(new Error('Nothing is written.')) };
  const context = { store, now: () => (days + 1) * day, random: (count: number) => new Uint8Array(count) };
  const operations = createAffiliateStatementOperations(context);
  const { lines } = await operations.report(principalOf({ organizationId: 'o' } as StoreRoom), next);
  expect(lines.map(({ about }) => about)).toEqual(periods.map(({ number }) => number));
  expect([spans.length, asked]).toEqual([1 + days / 31, days / 31]);
});

describe.each(engines)('statements for affiliates on $name', ({ open }) => {
  let opened: OpenedStore;
  let room: StoreRoom;
  let world: MoneyWorld;
  let context: OperationContext;
  let operations: AffiliateStatementOperations;
  let principal: Principal;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());
  beforeEach(async () => {
    room = await StoreRoom.open(() => opened.store);
    room.now = at('11-02');
    world = new MoneyWorld(room, () => 0.5);
    let made = 0;
    context = {
      store: opened.store,
      now: () => room.now,
      random: (count) => new Uint8Array(count).fill(++made),
    };
    operations = createAffiliateStatementOperations(context);
    principal = principalOf(room);
  });

  /** A customer whom an affiliate sent and who bought for 100.00. */
  async function sale(customerId: string, affiliate: string, clickId: string | null = null) {
    await world.touch(customerId, { affiliate, clickId, source: 'partner' }, at('10-05'));
    return world.convert(customerId, 10_000, at('10-10'));
  }

  /** The operations on a store of which some is read otherwise. */
  function reading(otherwise: Partial<Reads>): AffiliateStatementOperations {
    const { store: whole } = opened;
    const store = { write: whole.write.bind(whole), read: { ...whole.read, ...otherwise } };
    return createAffiliateStatementOperations({ ...context, store });
  }

  function brief({ affiliate, about, causes, conversions, gross, refunds }: AffiliateLine) {
    return [affiliate, about, causes.join(' '), conversions, Number(gross), Number(refunds)];
  }

  test('tell what each affiliate, partner and click sent and brought', async () => {
    await sale('a', 'ann', 'click-1');
    await sale('b', 'ann', 'click-1');
    await sale('c', 'bob');
    await world.touch('d', { affiliate: 'cyd' }, at('10-07'));
    await world.convert('e', 500, at('10-10'));
    // Somebody clicked whom nobody knows: a touch, but no customer.
    await room.capture('visitor-1', { affiliate: 'cyd' }, { occurredTime: at('10-08') });
    const { lines } = await operations.report(principal, october);
    expect(
      lines.map(({ clickId, currency, touches, customers, ...line }) => [
        ...brief({ ...line, clickId, currency, touches, customers }),
        clickId,
        currency,
        touches,
        customers,
      ]),
    ).toEqual([
      ['ann', 1, '', 2, 20_000, 0, 'click-1', 'EUR', 2, 2],
      ['bob', 1, '', 1, 10_000, 0, null, 'EUR', 1, 1],
      ['cyd', 1, '', 0, 0, 0, null, null, 2, 1],
    ]);
  });

  test('have what happened at the beginning of their period, and nothing of its end', async () => {
    await world.touch('before', { affiliate: 'ann' }, at('10-01') - 1);
    await world.convert('before', 100, at('10-01'));
    await world.touch('within', { affiliate: 'bob' }, at('10-01'));
    await world.convert('within', 100, at('11-01'));
    await world.touch('after', { affiliate: 'cyd' }, at('11-01'));
    const { lines } = await operations.report(principal, october);
    expect(lines.map((line) => [...brief(line), line.touches])).toEqual([
      ['ann', 1, '', 1, 100, 0, 0],
      ['bob', 1, '', 0, 0, 0, 1],
    ]);
  });

  test('give no money, and no currency, to whom the model gives nothing', async () => {
    await world.touch('a', { affiliate: 'ann' }, at('10-02'));
    await world.touch('a', { affiliate: 'bob' }, at('10-03'));
    await world.convert('a', 100, at('10-04'));
    const { lines } = await operations.report(principal, october);
    expect(lines.map((line) => [...brief(line), line.currency])).toEqual([
      ['ann', 1, '', 0, 0, 0, null],
      ['bob', 1, '', 1, 100, 0, 'EUR'],
    ]);
  });

  test('stay as they were closed, whatever happens later', async () => {
    const conversion = await sale('a', 'ann');
    const closed = await operations.close(principal, october);
    room.now = at('11-05');
    await world.refund(conversion, 2500, at('11-04'));
    await room.remove('a');
    const id = closed.closed?.id ?? '';
    expect((await operations.get(principal, id)).lines).toEqual(closed.lines);
    expect(closed.lines.map(brief)).toEqual([['ann', 1, '', 1, 10_000, 0]]);
    expect(await operations.list(principal)).toMatchObject([
      { id, number: 1, end: at('11-01'), actor: 'key_a' },
    ]);
  });

  test('carry every later change into the next period, signed and with its cause', async () => {
    const refunded = await sale('refunded', 'ann');
    await sale('late', 'bob');
    await sale('undone', 'cyd');
    await sale('deleted', 'dan');
    await sale('merged', 'eve');
    room.now += 1000;
    await operations.close(principal, october);
    room.now = at('11-05');
    await world.refund(refunded, 2500, at('11-04'));
    await world.touch('late', { affiliate: 'zoe' }, at('10-08'));
    const [touch] = (await room.touches('undone')) ?? [];
    if (touch !== undefined) await room.undo('undone', touchId(touch));
    await room.remove('deleted');
    await room.put('target', { source: 'x' });
    await world.touch('target', { affiliate: 'fay' }, at('10-09'));
    await room.merge('merged', 'target');
    await world.touch('new', { affiliate: 'gus' }, at('10-20'));
    await world.convert('new', 700, at('10-21'));
    const { lines } = await operations.report(principal, next);
    expect(lines.filter(({ about }) => about === 1).map(brief)).toEqual([
      ['ann', 1, 'refund', 0, 0, 2500],
      ['bob', 1, 'late-touch', -1, -10_000, 0],
      ['cyd', 1, 'undo', -1, -10_000, 0],
      ['dan', 1, 'delete', -1, -10_000, 0],
      ['eve', 1, 'merge late-touch', -1, -10_000, 0],
      ['fay', 1, 'merge late-touch', 1, 10_000, 0],
      ['gus', 1, 'late-conversion', 1, 700, 0],
      ['zoe', 1, 'late-touch', 1, 10_000, 0],
    ]);
  });

  test('say of which of several closed days each later change is, by the model of that day', async () => {
    const days = ['10-10', '10-11', '10-12', '10-13'];
    const sold = [];
    for (const [place, day] of days.entries()) {
      await world.touch(day, { affiliate: 'ann' }, at('10-01'));
      await world.touch(day, { affiliate: 'bob' }, at('10-02'));
      // In the first moment of its day.
      sold.push(await world.convert(day, 1000 * (1 + place), at(day)));
    }
    room.now += 1000;
    for (const [place, day] of days.entries()) {
      const model = place === 3 ? 'first' : 'last';
      const end = { instant: at(day) + 86_400_000 };
      await operations.close(principal, {
        ...next,
        model,
        end,
        start: place === 0 ? { instant: at(day) } : null,
      });
    }
    room.now = at('11-05');
    for (const place of [1, 2, 3]) {
      const conversion = sold[place];
      if (conversion !== undefined) await world.refund(conversion, 100 * (1 + place), at('11-04'));
    }
    const { lines } = await operations.report(principal, next);
    expect(lines.map(brief)).toEqual([
      ['bob', 2, 'refund', 0, 0, 200],
      ['bob', 3, 'refund', 0, 0, 300],
      ['ann', 4, 'refund', 0, 0, 400],
    ]);
    room.now += 1000;
    await operations.close(principal, { ...next, end: { instant: at('11-05') } });
    expect((await operations.report(principal, next)).lines).toEqual([]);
  });

  test('name the cause of a touch that went without the lead source looking otherwise', async () => {
    const clicks = new Map<string, number>();
    for (const [customerId, affiliate] of [
      ['undone', 'ann'],
      ['of an import', 'bob'],
      ['expired', 'cyd'],
    ] as const) {
      await world.touch(customerId, { source: 'found' }, at('10-02'));
      await sale(customerId, affiliate);
      await world.touch(customerId, { source: 'back again' }, at('10-20'));
      clicks.set(customerId, world.touches.get(customerId)?.[1]?.key ?? 0);
    }
    room.now += 1000;
    await operations.close(principal, october);
    room.now = at('11-05');
    const clickOf = (customerId: string) => clicks.get(customerId) ?? 0;
    const undone = (await room.touches('undone'))?.find(({ touch }) => touch.key === clickOf('undone'));
    await room.undo('undone', undone === undefined ? '' : touchId(undone));
    await room.withdraw('removeTouches', 'of an import', [clickOf('of an import')]);
    await room.withdraw('removeTouches', 'expired', [clickOf('expired')], { cause: 'expire' });
    const { lines } = await operations.report(principal, next);
    expect(lines.filter(({ about }) => about === 1).map(brief)).toEqual([
      ['ann', 1, 'undo', -1, -10_000, 0],
      ['bob', 1, 'undo', -1, -10_000, 0],
      ['cyd', 1, 'expire', -1, -10_000, 0],
    ]);
  });

  test('carry what was being written while the period was closed, as history', async () => {
    const conversion = await sale('a', 'ann');
    room.now += 1000;
    await operations.close(principal, october);
    room.now -= 1;
    await world.refund(conversion, 2500, at('10-30'));
    room.now = at('11-05');
    const { lines } = await operations.report(principal, next);
    expect(lines.map(brief)).toEqual([['ann', 1, 'history', 0, 0, 2500]]);
  });

  test('are kept in one order: by affiliate, partner and click, with what has none before', async () => {
    for (const clickId of ['B', null, 'a']) {
      await world.touch('a', { affiliate: 'ann', clickId }, at('10-05'));
    }
    await world.touch('a', { affiliate: 'ann', subAffiliate: 'partner' }, at('10-06'));
    await world.convert('a', 10_000, at('10-10'));
    await operations.close(principal, { ...october, model: 'linear' });
    const accounts = await opened.store.read.affiliateAccounts(room.organizationId);
    expect(accounts.map(({ subAffiliate, clickId }) => [subAffiliate, clickId])).toEqual([
      [null, null],
      [null, 'B'],
      [null, 'a'],
      ['partner', null],
    ]);
  });

  test('name other settings as the cause of what they changed', async () => {
    await sale('a', 'ann');
    room.now += 1000;
    await operations.close(principal, october);
    room.now = at('11-05');
    const jobId = await room.attribute({ lookbackDays: 1 });
    while (!(await room.buildCredits(jobId, 100)).isFinished);
    const { lines } = await operations.close(principal, next);
    expect(lines.map(brief)).toEqual([['ann', 1, 'settings', -1, -10_000, 0]]);
    // Stated once, they are not why anything else changes.
    room.now = at('11-08');
    await world.touch('a', { affiliate: 'bob' }, at('10-09'));
    expect((await operations.report(principal, next)).lines.map(brief)).toEqual([
      ['bob', 1, 'late-touch', 1, 10_000, 0],
    ]);
  });

  test('name nothing as a cause that changed nothing of it', async () => {
    const refunded = await sale('refunded', 'ann');
    await sale('moved', 'bob');
    room.now += 1000;
    await operations.close(principal, october);
    room.now = at('11-05');
    await world.refund(refunded, 2500, at('11-04'));
    // None of it reaches the conversion: a touch after it, which is undone, another person's, and one before the window.
    await world.touch('refunded', { affiliate: 'zoe' }, at('11-03'));
    const latest = (await room.touches('refunded'))?.at(-1);
    if (latest !== undefined) await room.undo('refunded', touchId(latest));
    await world.touch('stranger', { affiliate: 'yan' }, at('11-03'));
    await room.merge('stranger', 'refunded');
    await world.touch('refunded', { affiliate: 'old' }, at('05-01'));
    await world.touch('moved', { affiliate: 'old' }, at('05-01'));
    await world.touch('moved', { affiliate: 'cyd' }, at('10-09'));
    // Nor do settings that another model goes by.
    const jobId = await room.attribute({ halfLifeDays: 1, positionWeights: [1, 0, 0] });
    while (!(await room.buildCredits(jobId, 100)).isFinished);
    const { lines } = await operations.report(principal, next);
    expect(lines.filter(({ about }) => about === 1).map(brief)).toEqual([
      ['ann', 1, 'refund', 0, 0, 2500],
      ['bob', 1, 'late-touch', -1, -10_000, 0],
      ['cyd', 1, 'late-touch', 1, 10_000, 0],
    ]);
  });

  test('name history beside a refund, where the share is another as well', async () => {
    const sold = await sale('linked', 'ann');
    await room.capture('visitor-1', { affiliate: 'zoe' }, { occurredTime: at('10-07') });
    room.now += 1000;
    await operations.close(principal, october);
    room.now = at('11-05');
    await room.link('linked', 'visitor-1');
    await world.refund(sold, 2500, at('11-04'));
    const { lines } = await operations.report(principal, next);
    expect(lines.filter(({ about }) => about === 1).map(brief)).toEqual([
      ['ann', 1, 'refund history', -1, -10_000, 0],
      ['zoe', 1, 'refund history', 1, 10_000, 2500],
    ]);
  });

  test('name settings for the models that go by them', async () => {
    await world.touch('a', { affiliate: 'bob' }, at('10-03'));
    await sale('a', 'ann');
    room.now += 1000;
    await operations.close(principal, { ...october, model: 'time-decay' });
    // What the latest period goes by is no matter of the one before.
    await operations.close(principal, { ...next, model: 'linear' });
    room.now = at('11-05');
    const jobId = await room.attribute({ halfLifeDays: 1 });
    while (!(await room.buildCredits(jobId, 100)).isFinished);
    const { lines } = await operations.report(principal, { ...next, model: 'time-decay' });
    expect(lines.map(({ affiliate, causes }) => [affiliate, ...causes])).toEqual([
      ['ann', 'settings'],
      ['bob', 'settings'],
    ]);
  });

  test('say nothing of a customer who is erased, and leave others the click ids that they share', async () => {
    const shared = await sale('a', 'ann', 'click-1');
    await sale('b', 'ann', 'click-1');
    await sale('c', 'bob', 'click-2');
    room.now += 1000;
    const { closed } = await operations.close(principal, october);
    const clicksStated = async () => {
      const { lines } = await operations.get(principal, closed?.id ?? '');
      return lines.map(({ affiliate, clickId, gross }) => [affiliate, clickId, Number(gross)]);
    };
    room.now = at('11-05');
    await room.erase('a', { erasureId: 'era_a', newCustomerId: 'erased_a' });
    await room.erase('c', { erasureId: 'era_c', newCustomerId: 'erased_c' });
    expect((await operations.report(principal, next)).lines).toEqual([]);
    expect(await clicksStated()).toEqual([
      ['ann', 'click-1', 20_000],
      ['bob', null, 10_000],
    ]);
    const accounts = await opened.store.read.affiliateAccounts(room.organizationId);
    expect(accounts.find(({ conversionKey }) => conversionKey === shared.key)?.clickId).toBeNull();
    await room.erase('b', { erasureId: 'era_b', newCustomerId: 'erased_b' });
    expect(await clicksStated()).toEqual([
      ['ann', null, 20_000],
      ['bob', null, 10_000],
    ]);
    expect((await operations.report(principal, next)).lines).toEqual([]);
  });

  describe('forget the clicks of an erased customer', () => {
    /** Closes October, and tells which clicks its lines have by now. */
    async function closing(): Promise<() => Promise<readonly (string | null)[]>> {
      room.now += 1000;
      const { closed } = await operations.close(principal, october);
      room.now = at('11-05');
      return async () =>
        (await operations.get(principal, closed?.id ?? '')).lines.map(({ clickId }) => clickId);
    }
    type Rows = Awaited<ReturnType<OpenedStore['rows']>>;
    const ofRoom = () =>
      `organization_id = (SELECT organization_id FROM organizations WHERE public_id = '${room.organizationId}')`;
    const keptRows = (table: string) =>
      opened.rows(`SELECT * FROM ${table} WHERE ${ofRoom()} ORDER BY 2, 3, 4`);
    async function putBack(table: string, rows: Rows): Promise<void> {
      await opened.change(`DELETE FROM ${table} WHERE ${ofRoom()}`);
      const values = rows.map((row) => `(${Object.values(row).map(literal).join(', ')})`);
      const columns = Object.keys(rows[0] ?? {}).join(', ');
      await opened.change(`INSERT INTO ${table} (${columns}) VALUES ${values.join(', ')}`);
    }
    const literal = (value: unknown) => (value === null ? 'NULL' : `'${value}'`);
    const erase = (id: string) => room.erase(id, { erasureId: `era_${id}`, newCustomerId: `erased_${id}` });

    test('that brought nothing, and whose lead sources had gone before', async () => {
      await world.touch('clicked', { affiliate: 'ann', clickId: 'click-1' }, at('10-05'));
      await sale('bought', 'bob', 'click-2');
      await world.touch('gone', { affiliate: 'cyd', clickId: 'click-3' }, at('10-05'));
      const clicksStated = await closing();
      for (const id of ['bought', 'gone']) await room.remove(id);
      expect(await clicksStated()).toEqual(['click-1', 'click-2', 'click-3']);
      for (const id of ['bought', 'gone']) await erase(id);
      expect(await clicksStated()).toEqual(['click-1', null, null]);
      await erase('clicked');
      expect(await clicksStated()).toEqual([null, null, null]);
    });

    test('that it came by under another id, or as a visitor who was nobody', async () => {
      await world.touch('before', { affiliate: 'ann', clickId: 'click-1' }, at('10-05'));
      await room.capture('visitor1', { affiliate: 'bob', clickId: 'click-2' }, { occurredTime: at('10-05') });
      await room.capture('visitor2', { affiliate: 'cyd', clickId: 'click-3' }, { occurredTime: at('10-05') });
      const clicksStated = await closing();
      await room.put('after', { source: 'x' });
      await room.merge('before', 'after');
      await room.link('after', 'visitor1');
      await room.remove('after');
      await erase('after');
      expect(await clicksStated()).toEqual([null, null, 'click-3']);
    });

    test('of periods that an earlier version closed, which did not note who came by them', async () => {
      await world.touch('clicked', { affiliate: 'ann', clickId: 'click-1' }, at('10-05'));
      const clicksStated = await closing();
      await opened.change('DELETE FROM affiliate_clicks');
      await erase('clicked');
      expect(await clicksStated()).toEqual([null]);
    });

    test('whom a process of an earlier version erased, which knew of no notes', async () => {
      const ids = ['gone', 'merged', 'still'];
      for (const [place, id] of ids.entries()) {
        await world.touch(id, { affiliate: id, clickId: `click-${place}` }, at('10-05'));
        await world.touch(id, { affiliate: `${id} too`, clickId: 'shared' }, at('10-06'));
      }
      for (const id of ['visitor1', 'visitor2']) {
        await room.capture(id, { affiliate: id, clickId: `click-${id}` }, { occurredTime: at('10-05') });
      }
      const clicksStated = await closing();
      const stated = await clicksStated();
      await room.merge('merged', 'still');
      await room.remove('gone');
      const [notes, lines] = [await keptRows('affiliate_clicks'), await keptRows('affiliate_lines')];
      await erase('gone');
      await room.eraseVisitor('visitor1');
      await putBack('affiliate_clicks', notes);
      await putBack('affiliate_lines', lines);
      expect(await clicksStated()).toEqual(stated);
      await room.forgetGone();
      expect((await keptRows('affiliate_clicks')).map((row) => row['customer_id'])).toEqual([
        ...[':visitor2', 'merged', 'merged', 'still', 'still'],
      ]);
      const forgotten = ['click-0', 'click-visitor1'];
      expect(await clicksStated()).toEqual(stated.map((id) => (forgotten.includes(id ?? '') ? null : id)));
      await erase('still');
      await room.forgetGone();
      expect((await clicksStated()).filter((id) => id !== null)).toEqual(['click-visitor2']);
    });

    describe('but not those that somebody else came by with the same browser', () => {
      const captured = (clickId: string, day: string) =>
        room.capture('visitor1', { affiliate: clickId, clickId }, { occurredTime: at(day) });

      test('who became a customer after the period was closed', async () => {
        await captured('click-1', '10-05');
        await captured('click-2', '10-07');
        const clicksStated = await closing();
        await room.link('gone', 'visitor1', at('10-04'));
        await room.link('other', 'visitor1', at('10-06'));
        await erase('gone');
        expect(await clicksStated()).toEqual([null, 'click-2']);
        await room.remove('other');
        await erase('other');
        expect(await clicksStated()).toEqual([null, null]);
      });

      test('and whose it turned out to be when the visitor was linked again', async () => {
        await captured('click-1', '10-05');
        await room.link('before', 'visitor1', at('10-09'));
        await room.put('gone', { source: 'x' });
        await room.merge('before', 'gone');
        const clicksStated = await closing();
        await room.link('other', 'visitor1', at('10-04'));
        await erase('gone');
        expect(await clicksStated()).toEqual(['click-1']);
        await room.remove('other');
        await erase('other');
        expect(await clicksStated()).toEqual([null]);
      });

      test('in another period', async () => {
        await captured('click-1', '10-05');
        await captured('click-1', '11-02');
        const clicksStated = await closing();
        await room.link('gone', 'visitor1', at('10-04'));
        await room.link('other', 'visitor1', at('11-01'));
        await erase('gone');
        expect(await clicksStated()).toEqual([null]);
      });
    });

    test('but those that somebody else came by, too', async () => {
      for (const id of ['one', 'other']) {
        await world.touch(id, { affiliate: 'ann', clickId: 'shared' }, at('10-05'));
      }
      const clicksStated = await closing();
      await erase('one');
      expect(await clicksStated()).toEqual(['shared']);
      await erase('other');
      expect(await clicksStated()).toEqual([null]);
    });
  });

  test('say nothing of a customer who is erased while a period is being closed', async () => {
    await sale('a', 'ann', 'click-1');
    let reads = 0;
    const affiliateTraffic: Reads['affiliateTraffic'] = async (...asked) => {
      const traffic = await opened.store.read.affiliateTraffic(...asked);
      if (++reads === 1) await room.erase('a', { erasureId: 'era_a', newCustomerId: 'erased_a' });
      return traffic;
    };
    const { closed, lines } = await reading({ affiliateTraffic }).close(principal, october);
    expect(lines.map(({ clickId, ...line }) => [clickId, ...brief({ clickId, ...line })])).toEqual([
      [null, 'ann', 1, '', 1, 10_000, 0],
    ]);
    expect((await operations.get(principal, closed?.id ?? '')).lines).toEqual(lines);
    expect((await operations.report(principal, next)).lines).toEqual([]);
  });

  test('are not closed as long as customers keep being erased', async () => {
    const closing = reading({ erasureCount: async () => -1 }).close(principal, october);
    expect(await failureOf(closing)).toBe('unavailable');
    expect(await operations.list(principal)).toEqual([]);
  });

  test('note nothing of a visitor who is forgotten while a period is being closed', async () => {
    const ids = ['visiting1', 'visiting2', 'visiting3'];
    for (const id of ids) {
      await room.capture(id, { affiliate: 'ann', clickId: `click-${id}` }, { occurredTime: at('10-05') });
    }
    const affiliateClicks: Reads['affiliateClicks'] = async (...asked) => {
      const clicks = await opened.store.read.affiliateClicks(...asked);
      await room.eraseVisitor('visiting1');
      await room.link('somebody', 'visiting2');
      return clicks;
    };
    await reading({ affiliateClicks }).close(principal, october);
    const notes = await opened.rows('SELECT customer_id, click_id FROM affiliate_clicks ORDER BY 1');
    const owners = notes.filter((row) => `${row['click_id']}`.startsWith('click-visiting'));
    expect(owners.map((row) => row['customer_id'])).toEqual([':visiting2', ':visiting3']);
  });

  test('say nothing of click ids that touches lose by their age, and lose them with their period', async () => {
    const linear: StatementRequest = { ...october, model: 'linear' };
    await world.touch('a', { affiliate: 'ann', clickId: 'click-1' }, at('10-04'));
    const refunded = await sale('a', 'ann', 'click-1');
    room.now += 1000;
    await operations.close(principal, linear);
    const [older] = (await room.touches('a')) ?? [];
    room.now = at('11-05');
    await room.withdraw('stripTouches', 'a', [older?.touch.key ?? 0], { cause: 'expire' });
    expect((await operations.report(principal, next)).lines).toEqual([]);
    await world.refund(refunded, 2500, at('11-04'));
    const { lines } = await operations.report(principal, next);
    expect(lines.map(({ clickId, ...line }) => [clickId, ...brief({ clickId, ...line })])).toEqual([
      [null, 'ann', 1, 'refund', 0, 0, 1250],
      ['click-1', 'ann', 1, 'refund', 0, 0, 1250],
    ]);
    await operations.close(principal, { ...next, model: 'linear' });
    const retention = createPrivacySettingsOperations(context, () => {});
    const content = { removeTouchesAfterDays: 300, stripTouchesAfterDays: 30 };
    await retention.put(principal, { content, basedOn: null, precondition: {} });
    const clicksKept = async () => {
      const { read } = opened.store;
      const accounts = await read.affiliateAccounts(room.organizationId);
      const statements = await Promise.all(
        [1, 2].map((number) => read.affiliateLines(room.organizationId, number)),
      );
      return [...accounts, ...statements.flat()]
        .map(({ clickId }) => clickId)
        .filter((clickId) => clickId !== null);
    };
    room.now = at('11-30');
    await retention.sweep(AbortSignal.timeout(60_000));
    expect(new Set(await clicksKept())).toEqual(new Set(['click-1']));
    room.now = at('12-02');
    await retention.sweep(AbortSignal.timeout(60_000));
    expect(await clicksKept()).toEqual([]);
    expect((await operations.report(principal, next)).lines).toEqual([]);
  });

  test('state a change once: all periods together say what is so now', async () => {
    const conversion = await sale('a', 'ann');
    await sale('b', 'bob');
    room.now += 1000;
    await operations.close(principal, october);
    for (const [day, amount] of [
      ['11-05', 2500],
      ['11-12', 500],
    ] as const) {
      room.now = at(day);
      await world.refund(conversion, amount, room.now);
      const { lines } = await operations.close(principal, { ...next, end: { instant: room.now } });
      expect(lines.map(brief)).toEqual([['ann', 1, 'refund', 0, 0, amount]]);
    }
    room.now = at('11-20');
    expect((await operations.close(principal, next)).lines).toEqual([]);
    const periods = await operations.list(principal);
    expect(periods.map(({ start }) => start)).toEqual(
      [at('10-01'), ...periods.map(({ end }) => end)].slice(0, 4),
    );
    const all = await Promise.all(periods.map(({ id }) => operations.get(principal, id)));
    const lines = all.flatMap((statement) => statement.lines);
    expect(lines.reduce((sum, { gross, refunds }) => sum + gross - refunds, 0n)).toBe(17_000n);
  });

  test('can be looked at for any period, with the changes of closed ones only behind the last of these', async () => {
    const conversion = await sale('a', 'ann');
    room.now += 1000;
    await operations.close(principal, october);
    room.now = at('11-05');
    await world.refund(conversion, 2500, at('11-04'));
    const linesOf = async (request: StatementRequest) =>
      (await operations.report(principal, request)).lines.map(brief);
    const ahead = { instant: at('12-01') };
    expect(await linesOf(october)).toEqual([['ann', 2, '', 1, 10_000, 2500]]);
    expect(await linesOf({ ...next, start: { instant: at('11-02') }, end: ahead })).toEqual([]);
    expect(await linesOf({ ...next, end: ahead })).toEqual([['ann', 1, 'refund', 0, 0, 2500]]);
  });

  test('are refused where a period cannot be meant', async () => {
    const faultOf = (work: Promise<unknown>) =>
      work.then(
        () => null,
        (error: Failure) => error,
      );
    const fieldOf = async (work: Promise<unknown>) => (await faultOf(work))?.invalidFields[0]?.field;
    expect(await fieldOf(operations.close(principal, next))).toBe('periodStart');
    expect(await fieldOf(operations.close(principal, { ...october, end: { instant: at('11-03') } }))).toBe(
      'periodEnd',
    );
    expect(await fieldOf(operations.close(principal, { ...october, end: october.start }))).toBe('periodEnd');
    const oneDay = { ...october, start: { day: 20_000 }, end: { day: 20_000 } };
    expect(await fieldOf(operations.report(principal, oneDay))).toBe('periodEnd');
    // A day that its zone skipped: it has no moment, so that it could be closed again and again.
    const [skipped, following] = [{ day: 15_338 }, { day: 15_339 }];
    const empty = { ...october, start: skipped, end: following, timezone: 'Pacific/Apia' };
    expect(await fieldOf(operations.close(principal, empty))).toBe('periodEnd');
    await operations.close(principal, october);
    expect(await fieldOf(operations.close(principal, october))).toBe('periodStart');
    // What lay between the two would be in no statement.
    const later = { ...next, start: { instant: at('11-01') + 1 }, end: { instant: room.now } };
    expect(await fieldOf(operations.close(principal, later))).toBe('periodStart');
    const both = await faultOf(operations.close(principal, { ...later, end: { instant: room.now + 1 } }));
    expect(both?.invalidFields.map(({ field }) => field)).toEqual(['periodStart', 'periodEnd']);
    expect(await failureOf(operations.get(principal, 'afp_none'))).toBe('not-found');
  });

  test('are by the model of the period that was closed last, where none is asked for', async () => {
    const unsaid = (request: StatementRequest): StatementRequest => ({ ...request, model: null });
    const modelOf = async (request: StatementRequest) =>
      (await operations.report(principal, request)).period.model;
    expect(await modelOf(unsaid(october))).toBe('last-non-direct');
    await operations.close(principal, { ...october, model: 'linear' });
    expect(await modelOf(unsaid(next))).toBe('linear');
    room.now += 1000;
    expect((await operations.close(principal, unsaid(next))).period.model).toBe('linear');
  });

  test('are closed once by a request that is repeated, whatever it would mean the second time', async () => {
    const once = { route: 'POST /affiliate-periods', key: 'november', contentDigest: 'digest' };
    await sale('a', 'ann');
    await operations.close(principal, october);
    const until: StatementRequest = { ...next, end: { instant: room.now } };
    const { closed, lines } = await operations.close(principal, until, once);
    room.now += 1000;
    expect(await operations.close(principal, until, once)).toMatchObject({ closed, lines });
    expect(await operations.list(principal)).toHaveLength(2);
    const other = { ...once, contentDigest: 'of another body' };
    expect(await failureOf(operations.close(principal, next, other))).toBe('invalid');
    await operations.close(principal, next, { ...once, key: 'another' });
    expect(await operations.list(principal)).toHaveLength(3);
    // Another process may close it between the look and the write.
    room.now += 1000;
    const unseen = reading({ outputOnce: async () => null });
    expect(await unseen.close(principal, next, once)).toMatchObject({ closed, lines });
    expect(await operations.list(principal)).toHaveLength(3);
  });

  test('of two that are closed at once, one is refused', async () => {
    const outcomes = await Promise.allSettled([1, 2].map(() => operations.close(principal, october)));
    expect(outcomes.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(await operations.list(principal)).toHaveLength(1);
  });
});
