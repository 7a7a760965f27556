import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { attributionModels } from '../../../src/domain/attribution-models.ts';
import type { CreditQuestion, Span } from '../../../src/domain/credit-sum.ts';
import { creditedCustomersQuery } from '../../../src/storage/queries/credited-customer.ts';
import { Connection } from '../../../src/storage/sqlite/connection.ts';
import {
  conversionsWithin,
  creditedCustomers,
  creditedCustomersInOrder,
} from '../../../src/storage/sqlite/credited-customer.ts';
import { reportDialect as dialect } from '../../../src/storage/sqlite/report.ts';
import { MoneyWorld } from '../../support/money-world.ts';
import { announceSeed, randomFrom } from '../../support/random.ts';
import { type DatabaseDirectory, databaseDirectory } from '../../support/sqlite-files.ts';
import { StoreRoom } from '../../support/store-room.ts';

const day = 86_400_000;
const from = Date.UTC(2026, 0, 1);
/** Without the days between the second and the third. */
const spans: readonly Span[] = [
  [0, 10],
  [10, 30],
  [40, 70],
].map(([first = 0, end = 0], bucket) => ({ bucket, from: from + first * day, until: from + end * day }));

function asked(of: Partial<CreditQuestion>): CreditQuestion {
  return {
    ...{ settingsVersion: 1, currency: 'EUR', models: attributionModels, dateBasis: 'conversion' },
    ...{ touchFilter: [], groups: null, spans: { years: [], months: [], days: [], moments: spans } },
    ...of,
  };
}

describe('customers behind credits', () => {
  let files: DatabaseDirectory;
  let connection: Connection;
  let tupleKeys: readonly number[];
  beforeAll(async () => {
    files = await databaseDirectory();
    await using store = await files.open();
    const room = await StoreRoom.open(() => store);
    room.now = from + 100 * day;
    const random = randomFrom(announceSeed('customers behind credits'));
    const world = new MoneyWorld(room, random);
    const some = (count: number) => Math.floor(random() * count);
    for (let customer = 0; customer < 20; customer++) {
      for (let touches = some(5); touches > 0; touches--) {
        const told = { medium: `m${some(3)}`, path: some(2) === 0 ? '/' : '/other' };
        await world.touch(`c${customer}`, told, from + some(80) * day);
      }
      for (let conversions = some(5); conversions > 0; conversions--)
        await world.convert(`c${customer}`, 5000, from + some(80) * day, some(4) === 0 ? 'USD' : 'EUR');
    }
    tupleKeys = await store.read.tupleKeys(room.organizationId);
    connection = new Connection({ path: files.path, readOnly: true });
  });
  afterAll(async () => {
    connection[Symbol.dispose]();
    await files[Symbol.asyncDispose]();
  });

  test('are as many in the order of customers as in the order of time', () => {
    const grouped = {
      tupleKeys: [0, ...tupleKeys.slice(1)],
      groups: [7, ...tupleKeys.slice(1).map((key) => key % 2)],
    };
    const questions = [
      asked({}),
      asked({ models: ['first', 'last'], groups: grouped }),
      asked({ currency: 'USD', models: ['linear'] }),
      asked({
        groups: grouped,
        touchFilter: [{ field: 'path', negated: false, alternatives: [{ equals: '/' }] }],
      }),
    ];
    for (const question of questions) {
      const byTime = connection.all(creditedCustomersQuery(dialect, 1, question, spans));
      expect(byTime.length).toBeGreaterThan(0);
      expect(connection.all(creditedCustomersInOrder(dialect, 1, question, spans))).toEqual(byTime);
    }
  });

  test('are counted in the order of customers where few spans have many of the conversions', () => {
    const sqlFor = (of: readonly Span[], within: number, all = 1600) => {
      const count = (start: number) => (start === Number.MIN_SAFE_INTEGER ? all : within);
      return creditedCustomers(dialect, 1, asked({}), of, count).compile().sql;
    };
    const [byTime, inOrder] = [creditedCustomersQuery, creditedCustomersInOrder].map(
      (ask) => ask(dialect, 1, asked({}), spans).compile().sql,
    );
    expect(sqlFor(spans, 101)).toBe(inOrder);
    expect(sqlFor(spans, 100)).toBe(byTime);
    const many = (count: number) =>
      Array.from({ length: count }, (_none, bucket) => ({ bucket, from: bucket, until: bucket + 1 }));
    expect(sqlFor(many(31), 1600)).toBe(inOrder);
    expect(sqlFor(many(32), 1600)).toBe(byTime);
  });

  test('are decided on by the conversions between two moments', () => {
    const total = (start: number, until: number) =>
      connection.all(conversionsWithin(dialect.query, 1, start, until))[0]?.total;
    const all = connection.all(dialect.query.selectFrom('conversions').select('occurred_time'));
    expect(total(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toBe(all.length);
    const [start, until] = [from + 10 * day, from + 30 * day];
    const within = all.filter((row) => row.occurred_time >= start && row.occurred_time < until);
    expect(total(start, until)).toBe(within.length);
  });
});
