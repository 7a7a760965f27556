import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attributionModels } from '../../src/domain/attribution-models.ts';
import { defaultAttributionSettings } from '../../src/domain/attribution-settings.ts';
import type { CohortSum } from '../../src/domain/published-report.ts';
import { MoneyWorld, type WorldCredit } from '../support/money-world.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { StoreRoom } from '../support/store-room.ts';
import { engines, type OpenedStore } from './engines.ts';

const seed = announceSeed('recounts of statements and cohorts');
const day = 86_400_000;
const from = Date.UTC(2026, 0, 1);
const period = { start: from + 10 * day, end: from + 50 * day };
const spans = Array.from({ length: 10 }, (_none, bucket) => {
  return { bucket, from: from + (bucket + 1) * 7 * day, until: from + (bucket + 2) * 7 * day };
});

describe.each(engines)('what is told of a random world on $name', ({ open }) => {
  let opened: OpenedStore;
  let room: StoreRoom;
  let world: MoneyWorld;
  beforeAll(async () => {
    opened = await open();
    room = await StoreRoom.open(() => opened.store);
    room.now = from + 100 * day;
    const random = randomFrom(seed);
    world = new MoneyWorld(room, random);
    const some = (count: number) => Math.floor(random() * count);
    const one = <Value>(...choices: readonly Value[]) => choices[some(choices.length)] as Value;
    const moment = () => from + some(95) * day;
    for (let customer = 0; customer < 20; customer++) {
      for (let touches = some(5); touches > 0; touches--) {
        const affiliate = one('ann', 'bob', null);
        const told =
          affiliate === null ? {} : { affiliate, subAffiliate: one('x', null), clickId: one('1', null) };
        await world.touch(`c${customer}`, { source: 'partner', medium: `m${some(3)}`, ...told }, moment());
      }
      for (let conversions = some(5); conversions > 0; conversions--) {
        const made = await world.convert(`c${customer}`, 5000, moment(), one('EUR', 'EUR', 'EUR', 'USD'));
        if (some(2) === 0) await world.refund(made, 1 + some(5000), made.occurredTime + day);
      }
    }
  });
  afterAll(() => opened.dispose());

  function creditsBy(model: string): readonly (WorldCredit & WorldCredit['byModel'][string])[] {
    return world
      .credits(defaultAttributionSettings)
      .map((credit) => ({ ...credit, ...credit.byModel[model] }) as never)
      .filter(({ weight }: { weight: number }) => weight > 0);
  }

  test.each(attributionModels)(
    'by %s: each affiliate is credited what its touches are, refunds included',
    async (model) => {
      const { settingsVersion } = await room.store.read.creditsInForce(room.organizationId);
      const told = await room.store.read.affiliateCredits(
        room.organizationId,
        settingsVersion,
        model,
        period,
      );
      const own = creditsBy(model).filter(({ conversion: { occurredTime }, touch }) => {
        return (
          touch?.leadSource.affiliate != null && occurredTime >= period.start && occurredTime < period.end
        );
      });
      const credits = Map.groupBy(own, ({ conversion, touch }) => {
        const { affiliate, subAffiliate, clickId } = touch?.leadSource ?? {};
        return JSON.stringify([conversion.key, conversion.currency, affiliate, subAffiliate, clickId]);
      });
      const sumOf = <Item>(items: readonly Item[], amountOf: (item: Item) => number) =>
        items.reduce((sum, item) => sum + amountOf(item), 0);
      expect(
        new Map(
          told.map(({ conversionKey, currency, affiliate, subAffiliate, clickId, ...sums }) => [
            JSON.stringify([conversionKey, currency, affiliate, subAffiliate, clickId]),
            [sums.conversions.toFixed(9), sums.gross, sums.refunds],
          ]),
        ),
      ).toEqual(
        new Map(
          Array.from(credits, ([key, all]) => [
            key,
            [
              sumOf(all, ({ weight }) => weight).toFixed(9),
              sumOf(all, ({ amount }) => amount),
              sumOf(all, ({ refunds }) => sumOf(refunds, ({ amount }) => amount)),
            ],
          ]),
        ),
      );
      const keys = told.map(({ conversionKey }) => conversionKey);
      expect(keys).toEqual(keys.toSorted((one, other) => one - other));
    },
  );

  test('customers of a cohort are counted once, with all that they paid from then on', async () => {
    const { organizationId, store } = room;
    const { settingsVersion } = await store.read.creditsInForce(organizationId);
    const tupleKeys = (await store.read.tupleKeys(organizationId)).slice(0, 3);
    const groups = { tupleKeys: [0, ...tupleKeys], groups: [7, 8, 9, 9] };
    const question = { settingsVersion, currency: 'EUR', model: 'last-non-direct', period, spans } as const;
    const { sums, customers } = await store.read.cohorts(organizationId, { ...question, groups });
    const firsts = creditsBy('last-non-direct').filter(
      ({ conversion: { occurredTime, currency }, isFirst }) => {
        return isFirst && currency === 'EUR' && occurredTime >= period.start && occurredTime < period.end;
      },
    );
    expect([...customers.values()].reduce((sum, count) => sum + count, 0)).toBe(firsts.length);
    const withoutTouch = firsts.filter(({ touch }) => touch === null);
    expect(customers.get(7) ?? 0).toBe(withoutTouch.length);
    const spanAt = (moment: number) => spans.findIndex(({ from, until }) => moment >= from && moment < until);
    const paid = firsts.flatMap(({ conversion: first }) =>
      world.conversions
        .filter(({ customerId, currency, occurredTime }) => {
          return customerId === first.customerId && currency === 'EUR' && spanAt(occurredTime) >= 0;
        })
        .map((conversion) => ({
          ...conversion,
          place: `${spanAt(first.occurredTime)} ${spanAt(conversion.occurredTime)}`,
        })),
    );
    const toldBy = Map.groupBy(sums, ({ cohort, bucket }: CohortSum) => `${cohort} ${bucket}`);
    expect(
      new Map(
        Array.from(toldBy, ([place, all]) => [
          place,
          [
            all.reduce((sum, { conversions }) => sum + conversions, 0),
            all.reduce((sum, { revenue }) => sum + revenue, 0n),
            all.reduce((sum, { refunds }) => sum + refunds, 0n),
          ],
        ]),
      ),
    ).toEqual(
      new Map(
        Array.from(
          Map.groupBy(paid, ({ place }) => place),
          ([place, all]) => [
            place,
            [
              all.length,
              BigInt(all.reduce((sum, { amount }) => sum + amount, 0)),
              BigInt(all.flatMap(({ refunds }) => refunds).reduce((sum, { amount }) => sum + amount, 0)),
            ],
          ],
        ),
      ),
    );
  });
});
