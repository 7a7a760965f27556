import { sql } from 'kysely';
import { wholeAttributionSettings } from '../../domain/attribution-settings.ts';
import type { Instant } from '../../domain/time.ts';
import type { CreditVersion } from '../credit.ts';
import type { CreditVersionRow } from '../money-schema.ts';
import { parameter } from '../parameter.ts';
import type { BuiltCredits } from '../ports/money.ts';
import {
  creditVersionReads,
  creditVersionWrites,
  droppingStatements,
  type VersionedTable,
  versionedTables,
} from '../queries/credit-version.ts';
import { settingVersionReads } from '../queries/setting-version.ts';
import { settingVersionOf } from '../rows/setting-version.ts';
import { sumUp } from './credit-summing.ts';
import { addFreshCredits } from './fresh-credits.ts';
import type { Names } from './names.ts';
import { query, statementOf, statementsOf } from './query.ts';
import type { Session } from './session.ts';
import { takeTurn } from './turn.ts';

const { conversionsBehind: _byTime, countConversions: _each, ...reads } = creditVersionReads(query);
const { advance: _inTime, ...writes } = creditVersionWrites(query);
const statements = {
  ...statementsOf({
    ...reads,
    ...writes,
    settings: settingVersionReads(query).find,
  }),
  estimateConversions: statementOf(estimatedConversions()),
};

/** Counted if they are few. Otherwise their highest key tells about how many there are: to count them could take too long. */
function estimatedConversions() {
  const ofOrganization = sql`from conversions where conversions.organization_id = ${parameter<number>('organizationId')}`;
  const few = sql.lit(100_000);
  return sql<{ total: number }>`
    select case when counted < ${few} then counted else greatest(counted, (
      select conversion_key ${ofOrganization} order by conversion_key desc limit 1
    )) end as total
    from (select count(*) as counted from (select ${ofOrganization} limit ${few}) as few) as counting`;
}

/**
 * Credits up to `conversions` of the next conversions, in a turn of the organization's writes and in the order of customers,
 * so that the touches of each are read once. When all have their credits, these are summed up day by day.
 */
export async function buildCredits(
  session: Session,
  names: Names,
  organization: number,
  jobId: string,
  conversions: number,
): Promise<BuiltCredits> {
  await takeTurn(session, organization, new Map([['touch', 0]]));
  const place = { organizationId: organization };
  const row = await session.get(statements.ofJob, { ...place, jobId });
  if (row === undefined) return finished;
  const by = await versionOf(session, row);
  const isBegun = row.reached_customer_id !== null;
  if (isBegun && row.summed_time !== null) return sum(session, row, by, row.summed_time, conversions);
  // What was built in another order, by an older version or before the database was moved here, is built again.
  if (!isBegun && !(await clear(session, row))) return built(0, 0);
  const total =
    row.total_conversions ?? (await session.get(statements.estimateConversions, place))?.total ?? 0;
  const rows = await session.all(statements.conversionsBehindKey, {
    ...place,
    reachedCustomerId: row.reached_customer_id ?? '',
    reachedConversionKey: row.reached_conversion_key ?? 0,
    limit: conversions,
  });
  const last = rows.at(-1);
  if (last === undefined) return sum(session, row, by, null, conversions);
  await addFreshCredits(session, names, organization, rows, by);
  const creditedConversions = (isBegun ? row.credited_conversions : 0) + rows.length;
  session.send(statements.advanceByCustomer, {
    ...place,
    version: row.settings_version,
    reachedCustomerId: last.customer_id,
    reachedConversionKey: last.conversion_key,
    creditedConversions,
    totalConversions: total,
  });
  return built(rows.length, shareOfCrediting * Math.min(1, creditedConversions / Math.max(1, total)));
}

/** The approximate share of a build's time. */
const shareOfCrediting = 0.8;

const finished: BuiltCredits = { conversions: 0, progress: 1, isFinished: true };

function built(conversions: number, progress: number): BuiltCredits {
  return { conversions, progress: Math.min(0.999, progress), isFinished: false };
}

async function versionOf(session: Session, row: CreditVersionRow): Promise<CreditVersion> {
  const { organization_id: organizationId, settings_version: version } = row;
  const asked = { organizationId, setting: 'attribution-settings', version };
  const setting = await session.get(statements.settings, asked);
  const content = setting === undefined ? null : settingVersionOf<'attribution-settings'>(setting).content;
  return { version, settings: wholeAttributionSettings(content), reached: null };
}

/** Few enough that other writes run in between. */
const rowsClearedAtOnce = 5000;

/** Removes some of what a build begins with; tells whether that was all. */
function clear(session: Session, row: CreditVersionRow): Promise<boolean> {
  const of = { organizationId: row.organization_id, version: row.settings_version };
  return drop(session, of, rowsClearedAtOnce);
}

/** Sums up the next days; puts the version in force once none is left. */
async function sum(
  session: Session,
  row: CreditVersionRow,
  by: CreditVersion,
  summedBefore: Instant | null,
  conversions: number,
): Promise<BuiltCredits> {
  const of = { organizationId: row.organization_id, version: row.settings_version };
  const summed = await sumUp(session, of, by, { from: summedBefore, conversions });
  if (summed === null) {
    await putInForce(session, row);
    return finished;
  }
  session.send(statements.advanceSums, { ...of, summedTime: summed.until });
  return built(0, shareOfCrediting + (1 - shareOfCrediting) * summed.share);
}

async function putInForce(session: Session, row: CreditVersionRow): Promise<void> {
  const { organization_id: organization, settings_version: version } = row;
  const place = { organizationId: organization };
  const replaced = await session.run(statements.replace, { ...place, before: 'live' });
  // As long as no other version was in force, the first one has no row.
  if (replaced === 0) session.send(statements.add, { ...place, version: 1, state: 'dropping', jobId: null });
  session.send(statements.putInForce, { ...place, version });
}

const dropping = (Object.keys(versionedTables) as VersionedTable[]).map((table) => {
  const { keyBehind, removeBefore, removeAll } = droppingStatements(table);
  return {
    keyBehind: statementOf(keyBehind),
    removeBefore: statementOf(removeBefore),
    removeAll: statementOf(removeAll),
  };
});

/** Removes about `rows` rows of a version no longer needed; tells whether any are left. */
export async function dropCredits(session: Session, organization: number, rows: number): Promise<boolean> {
  const place = { organizationId: organization };
  const version = (await session.get(statements.dropping, place))?.settings_version;
  if (version === undefined) return false;
  if (!(await drop(session, { ...place, version }, rows))) return true;
  session.send(statements.remove, { ...place, version });
  return (await session.get(statements.dropping, place)) !== undefined;
}

/** Removes about `rows` rows of a version; tells whether those were all. */
async function drop(
  session: Session,
  of: { readonly organizationId: number; readonly version: number },
  rows: number,
): Promise<boolean> {
  let left = rows;
  for (const { keyBehind, removeBefore, removeAll } of dropping) {
    if (left <= 0) return false;
    const key = await session.get(keyBehind, { ...of, rows: left });
    left -=
      key === undefined
        ? await session.run(removeAll, of)
        : await session.run(removeBefore, { ...of, ...key });
  }
  return left > 0;
}
