import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AffiliateLine, AffiliatePeriod } from '../../src/domain/affiliate-statement.ts';
import type { AffiliateAccount } from '../../src/storage/ports/affiliate.ts';
import { StoreRoom } from '../support/store-room.ts';
import { engines, type OpenedStore } from './engines.ts';

/** More than what goes to a database at a time. */
const count = 4500;
const named = (number: number) => ({
  affiliate: `affiliate ${number % 7}`,
  subAffiliate: number % 2 === 0 ? null : `site ${number}`,
  clickId: number % 3 === 0 ? null : `click ${number}`,
});

function lineOf(number: number): AffiliateLine {
  return {
    ...named(number),
    about: 1,
    causes: number % 5 === 0 ? ['refund', 'merge'] : [],
    currency: number % 4 === 0 ? null : 'EUR',
    touches: number,
    customers: 1,
    conversions: number / 3,
    gross: 10n ** 20n + BigInt(number),
    refunds: -BigInt(number),
  };
}

function accountOf(number: number): AffiliateAccount {
  const credit = { currency: 'EUR', conversions: 1 / (number + 1), gross: number, refunds: number };
  return { ...named(number), ...credit, about: 1, conversionKey: number };
}

describe.each(engines)('a closed period, on $name', ({ open }) => {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());

  test('is kept whole and in its order, however much it states, and restates as much', async () => {
    const room = await StoreRoom.open(() => opened.store);
    const { organizationId, actor, now: closedTime } = room;
    const { read } = opened.store;
    const all = Array.from({ length: count }, (_, number) => number);
    const clicks = all.map((number) => ({ owner: `customer ${number}`, clickId: `click ${number}` }));
    const close = async (
      number: number,
      accounts: readonly AffiliateAccount[],
      restated: readonly number[],
    ) => {
      const model = 'last';
      const span = { start: number, end: number + 1 };
      const period: AffiliatePeriod = {
        ...{ id: `period ${number} of ${organizationId}`, number, ...span, model, settingsVersion: 1 },
        ...{ actor, closedTime },
      };
      await opened.store.write('closeAffiliatePeriod', {
        ...{ organizationId, period, lines: all.map(lineOf), accounts, clicks },
        restated: restated.map((conversionKey) => ({ about: 1, conversionKey })),
        erasures: await read.erasureCount(organizationId),
      });
    };
    await close(1, all.map(accountOf), []);
    expect(await read.affiliateLines(organizationId, 1)).toEqual(all.map(lineOf));
    expect(await read.affiliateAccounts(organizationId)).toEqual(all.map(accountOf));
    const [kept, ...restated] = all;
    await close(2, [], restated);
    expect(await read.affiliateAccounts(organizationId)).toEqual([accountOf(kept ?? Number.NaN)]);
    expect(await read.affiliateLines(organizationId, 2)).toEqual(all.map(lineOf));
  });
});
