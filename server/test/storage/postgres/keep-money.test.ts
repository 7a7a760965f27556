import { expect, test, vi } from 'vitest';
import type { Customer } from '../../../src/domain/customer.ts';
import { keepMoney } from '../../../src/storage/postgres/keep-money.ts';
import type { Keeping } from '../../../src/storage/postgres/keeping.ts';
import { type LoadedTouch, noCredits } from '../../../src/storage/postgres/money-load.ts';
import { MoneySet } from '../../../src/storage/postgres/money-set.ts';
import type { Session } from '../../../src/storage/postgres/session.ts';
import { WorkingSet } from '../../../src/storage/postgres/working-set.ts';
import { creditVersionsOf } from '../../../src/storage/rows/credit.ts';

const noNumbers = { next: () => 0 };

/** How often it is looked whose each touch is while customers with a conversion and two touches each are credited together. */
function looksAtEach(customers: number) {
  let looks = 0;
  const ids = Array.from({ length: customers }, (_none, place) => `c${place}`);
  const touches = ids.flatMap((id, place) =>
    [1, 2].map((key) => ({
      get customer_id() {
        looks += 1;
        return id;
      },
      ...{ touch_key: 2 * place + key, occurred_time: key, tuple_id: key, is_bare: 0 },
      ...{ medium: null, source: 'google', campaign: null, term: null, content: null },
      ...{ affiliate: null, subAffiliate: null, salesAgent: null },
    })),
  ) as unknown as readonly LoadedTouch[];
  const conversions = ids.map((id, place) => ({
    ...{ customer_id: id, conversion_key: 1 + place, conversion_id: `cnv_${place}`, occurred_time: 10 },
    ...{ amount: 100, currency: 'EUR', is_first: 1 },
  }));
  const money = new MoneySet([], [], noNumbers);
  const workingSet = new WorkingSet({
    ...{ customers: ids.map((id) => ({ id }) as Customer), aliases: new Map(), givenTouches: new Map() },
    ...{ histories: new Map(), imports: [], answers: [], money, isHeard: false, numbers: noNumbers },
    visitors: { visitors: [], touches: new Map(), expired: [] },
  });
  for (const id of ids) money.recredit(id, { touched: 1 });
  const send = vi.fn<Session['send']>();
  const keeping = { session: { send }, organizationId: 1 } as unknown as Keeping;
  const touchesSince = new Map(ids.map((id) => [id, 0]));
  const loaded = { ...noCredits, versions: creditVersionsOf([]), touchesSince, touches, conversions };
  keepMoney(keeping, workingSet, loaded, { conversions: [], refunds: [] });
  expect(send.mock.calls.map(([{ text }]) => text)).toContainEqual(
    expect.stringContaining('into "credits" '),
  );
  return looks / touches.length;
}

test('the touches of a batch are gone through as often for many customers as for few', () => {
  expect(looksAtEach(200)).toBe(looksAtEach(2));
});
