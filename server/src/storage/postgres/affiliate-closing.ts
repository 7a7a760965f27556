import { sql } from 'kysely';
import { chunksOf } from '../chunks.ts';
import { parameter } from '../parameter.ts';
import type { AffiliateWrites } from '../ports/affiliate.ts';
import {
  affiliateAccountRowOf,
  affiliateClickRowOf,
  affiliateLineRowOf,
  clicksLeft,
  visitorsOf,
} from '../rows/affiliate.ts';
import { affiliateFates } from '../transfer-affiliate-tables.ts';
import { query } from './query.ts';
import type { Destination } from './sent-rows.ts';
import { passingStatement, type Statement } from './statement.ts';
import { arraysOf, tableInsertion, type WrittenTable } from './table-insertion.ts';

/** Few enough to be made ready in some milliseconds. There may be a hundred thousand in a statement. */
const rowsAtOnce = 2000;

const inserted = {
  lines: insertedTable('affiliate_lines'),
  accounts: insertedTable('affiliate_accounts'),
  clicks: insertedTable('affiliate_clicks'),
};

const organizationId = sql`${parameter('organizationId')}::bigint`;

const accountRemoval = passingStatement(
  sql`
    delete from affiliate_accounts
    where organization_id = ${organizationId} and about_number = ${parameter('about')}::bigint
    and conversion_key = any(${parameter('conversionKeys')}::bigint[])`.compile(query),
);

const visitorsLeft = passingStatement(
  sql<{ readonly visitor_id: string }>`
    select visitor_id from visitors
    where organization_id = ${organizationId} and visitor_id = any(${parameter('visitorIds')}::text[])`.compile(
    query,
  ),
);

/** Adds what a closed period states, some rows at a time: the process turns to others in between. */
export async function addStatement(
  { session, organizationId }: Destination,
  { period, lines, accounts, clicks, restated }: Parameters<AffiliateWrites['closeAffiliatePeriod']>[0],
): Promise<void> {
  for (const [about, ofPeriod] of Map.groupBy(restated, (one) => one.about)) {
    for (const some of chunksOf(ofPeriod, rowsAtOnce)) {
      const conversionKeys = some.map(({ conversionKey }) => conversionKey);
      await session.run(accountRemoval, { organizationId, about, conversionKeys });
    }
  }
  const left: string[] = [];
  for (const visitorIds of chunksOf(visitorsOf(clicks), rowsAtOnce)) {
    const rows = await session.all(visitorsLeft, { organizationId, visitorIds });
    left.push(...rows.map((row) => row.visitor_id));
  }
  const add = async <Given>(
    { table, insertion }: InsertedTable,
    given: readonly Given[],
    rowOf: (one: Given, index: number) => object,
  ) => {
    for (let start = 0; start < given.length; start += rowsAtOnce) {
      const some = given.slice(start, start + rowsAtOnce);
      const rows = some.map((one, place) => rowOf(one, start + place));
      await session.run(insertion, { ...arraysOf(table, rows), organizationId });
    }
  };
  await add(inserted.lines, lines, (line, index) =>
    affiliateLineRowOf(organizationId, period.number, line, index),
  );
  await add(inserted.accounts, accounts, (account, index) =>
    affiliateAccountRowOf(organizationId, account, index),
  );
  await add(inserted.clicks, clicksLeft(clicks, left), (click) =>
    affiliateClickRowOf(organizationId, period.number, click),
  );
}

interface InsertedTable {
  readonly table: WrittenTable;
  readonly insertion: Statement<unknown>;
}

function insertedTable(name: keyof typeof affiliateFates): InsertedTable {
  const table = { name, ...affiliateFates[name] };
  return { table, insertion: tableInsertion(table) };
}
