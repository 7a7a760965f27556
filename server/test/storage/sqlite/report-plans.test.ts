import { DatabaseSync } from 'node:sqlite';
import type { Compilable } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CreditQuestion } from '../../../src/domain/credit-sum.ts';
import { affiliateCauses, affiliateTraffic } from '../../../src/storage/queries/affiliate.ts';
import { creditSumQueries } from '../../../src/storage/queries/credit-sum.ts';
import { creditedCustomersQuery } from '../../../src/storage/queries/credited-customer.ts';
import { journeyConversions, journeyTouches } from '../../../src/storage/queries/path.ts';
import { spendSums } from '../../../src/storage/queries/report.ts';
import { affiliateCredits } from '../../../src/storage/sqlite/affiliate-credits.ts';
import { firstConversions, paymentsOf } from '../../../src/storage/sqlite/cohort.ts';
import { Connection } from '../../../src/storage/sqlite/connection.ts';
import { creditedCustomersInOrder } from '../../../src/storage/sqlite/credited-customer.ts';
import { migrate } from '../../../src/storage/sqlite/migrations.ts';
import { reportDialect as dialect } from '../../../src/storage/sqlite/report.ts';
import { type DatabaseDirectory, databaseDirectory } from '../../support/sqlite-files.ts';

const many = Array.from({ length: 2000 }, (_, place) => place);
const spans = many.slice(0, 365).map((bucket) => ({ bucket, from: bucket, until: bucket + 1 }));
const groups = { tupleKeys: many, groups: many };
const sums: CreditQuestion = {
  ...{
    settingsVersion: 1,
    currency: 'EUR',
    models: ['linear'],
    dateBasis: 'refund',
    touchFilter: [],
    groups,
  },
  spans: { years: spans, months: spans, days: spans, moments: spans },
};
const period = { start: 0, end: 1 };
const cohorts = { settingsVersion: 1, currency: 'EUR', model: 'last', period, spans, groups } as const;
const journeys = {
  settingsVersion: 1,
  currency: 'EUR',
  period,
  lookbackDays: 1,
  groups,
  limit: 10,
};

/** What is asked with lists of numbers: those of tuples, conversions, days. */
const questions: readonly (readonly [string, readonly Compilable<unknown>[]])[] = [
  ['sums of credits', creditSumQueries(dialect, 1, sums)],
  [
    'sums of credits by the date of conversions',
    creditSumQueries(dialect, 1, { ...sums, dateBasis: 'conversion' }),
  ],
  ['customers', [creditedCustomersQuery(dialect, 1, sums, spans)]],
  ['spend', [spendSums(dialect, 1, 'EUR', spans)]],
  ['causes', [affiliateCauses(dialect, 1, many, 0, 30)]],
];

interface Step {
  readonly id: number;
  readonly parent: number;
  readonly detail: string;
}

let files: DatabaseDirectory;
let database: DatabaseSync;
beforeAll(async () => {
  files = await databaseDirectory();
  using connection = new Connection({ path: files.path, readOnly: false });
  migrate(connection, files.path);
  database = new DatabaseSync(files.path);
  database.function('count_row', { varargs: true }, () => 1);
});
afterAll(async () => {
  database.close();
  await files[Symbol.asyncDispose]();
});

/** Where a list is gone through for each row of something else. */
function listsWithin(question: Compilable<unknown>): readonly string[] {
  const { sql, parameters } = question.compile();
  const steps = database
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...(parameters as never[])) as unknown as Step[];
  const loops = steps.filter(({ detail }) => /^(SCAN|SEARCH) /.test(detail));
  return loops
    .filter(({ detail, parent, id }) => {
      const first = loops.find((loop) => loop.parent === parent);
      return /^SCAN (?:json_each|listed)\b/.test(detail) && first?.id !== id;
    })
    .map(({ detail }) => detail);
}

function planOf(question: Compilable<unknown>): readonly string[] {
  const { sql, parameters } = question.compile();
  const steps = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...(parameters as never[]));
  return steps.map(({ detail }) => String(detail));
}

test('what customers of a cohort paid is looked for by customer, and customers in their order', () => {
  const [start, rest] = ['organization_id=? AND customer_id>?', '(organization_id=? AND customer_id=?)'];
  expect(planOf(firstConversions(dialect, 1, cohorts, { after: 'a', limit: 9 }))).toEqual([
    `SEARCH u USING PRIMARY KEY (${start})`,
    `SEARCH f USING PRIMARY KEY ${rest}`,
    'SEARCH k USING PRIMARY KEY (organization_id=? AND settings_version=? AND conversion_key=?)',
  ]);
  expect(planOf(paymentsOf(dialect, 1, cohorts, { after: 'a', to: 'b' }))).toEqual([
    `SEARCH u USING PRIMARY KEY (${start} AND customer_id<?)`,
    `SEARCH f USING PRIMARY KEY ${rest}`,
    `SEARCH c USING PRIMARY KEY ${rest}`,
  ]);
});

test('customers of a long period are counted in their order, with the spans at hand', () => {
  const list = ['MATERIALIZE listed', 'SCAN json_each VIRTUAL TABLE INDEX 1:'];
  expect(planOf(creditedCustomersInOrder(dialect, 1, sums, spans.slice(0, 12)))).toEqual([
    'CO-ROUTINE credited',
    ...list,
    'MATERIALIZE grouped',
    ...list,
    'SCAN listed',
    'SEARCH c USING PRIMARY KEY (organization_id=?)',
    'SCAN listed',
    'SEARCH k USING PRIMARY KEY (organization_id=? AND settings_version=? AND conversion_key=?)',
    'BLOOM FILTER ON grouped (tuple_id=?)',
    'SEARCH grouped USING AUTOMATIC COVERING INDEX (tuple_id=?) LEFT-JOIN',
    'USE TEMP B-TREE FOR DISTINCT',
    'SCAN credited',
    'USE TEMP B-TREE FOR GROUP BY',
  ]);
});

test('a statement joins its credits to customers in their order, and takes the rest of its conversions from an index', () => {
  const ofPeriod =
    'SEARCH d USING COVERING INDEX conversions_by_time (organization_id=? AND occurred_time>? AND occurred_time<?)';
  const ofConversion = '(organization_id=? AND settings_version=? AND conversion_key=?)';
  const listed = ['LIST SUBQUERY 1', 'SEARCH named USING PRIMARY KEY (organization_id=?)'];
  expect(planOf(affiliateCredits(dialect, 1, 1, 'linear', period))).toEqual([
    'CO-ROUTINE g',
    ofPeriod,
    `SEARCH k USING PRIMARY KEY ${ofConversion}`,
    ...listed,
    'CREATE BLOOM FILTER',
    'USE TEMP B-TREE FOR ORDER BY',
    'MATERIALIZE f',
    ofPeriod,
    `SEARCH r USING PRIMARY KEY ${ofConversion}`,
    'USE TEMP B-TREE FOR GROUP BY',
    'SCAN g',
    'SEARCH c USING PRIMARY KEY (organization_id=? AND customer_id=? AND conversion_key=?)',
    'SEARCH t USING PRIMARY KEY (organization_id=? AND customer_id=? AND touch_key=?)',
    'SEARCH u USING PRIMARY KEY (organization_id=? AND tuple_id=?)',
    'BLOOM FILTER ON f (conversion_key=? AND touch_key=?)',
    'SEARCH f USING AUTOMATIC COVERING INDEX (conversion_key=? AND touch_key=?) LEFT-JOIN',
    'USE TEMP B-TREE FOR GROUP BY',
  ]);
  const traffic = planOf(affiliateTraffic(dialect, 1, period));
  expect(traffic.slice(0, 3)).toEqual(['SEARCH t USING PRIMARY KEY (organization_id=?)', ...listed]);
});

test('the touches of journeys are looked for by the customers of their conversions, and these in their order', () => {
  const conversions = journeyConversions(dialect, 1, journeys, { of: 'conversions', after: 'a', limit: 9 });
  const touches = journeyTouches(dialect, 1, journeys, { of: 'touches', after: 'a', to: 'b' });
  expect(planOf(conversions)).toEqual([
    'SEARCH conversions USING PRIMARY KEY (organization_id=? AND customer_id>?)',
  ]);
  expect(planOf(touches)).toContain(
    'SEARCH conversions USING PRIMARY KEY (organization_id=? AND customer_id>? AND customer_id<?)',
  );
  expect(planOf(touches)).toContain('SEARCH t USING PRIMARY KEY (organization_id=? AND customer_id=?)');
});

describe('a list in a question of reports is gone through once', () => {
  test.each(questions)('%s', (_words, all) => {
    for (const question of all) expect(listsWithin(question), question.compile().sql).toEqual([]);
  });
});
