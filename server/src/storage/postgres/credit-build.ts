import { setImmediate } from 'node:timers/promises';
import { type CompiledQuery, type RawBuilder, sql } from 'kysely';
import { wholeAttributionSettings } from '../../domain/attribution-settings.ts';
import { millisecondsPerDay } from '../../domain/time.ts';
import type { CreditedTouch, CreditRows, CreditVersion } from '../credit.ts';
import { addFreshCredits } from '../credit-change.ts';
import type { CreditVersionRow } from '../money-schema.ts';
import { parameter } from '../parameter.ts';
import type { BuiltCredits } from '../ports/money.ts';
import { isBare } from '../queries/conversion.ts';
import {
  creditVersionReads,
  creditVersionWrites,
  droppingStatements,
  type VersionedTable,
  versionedTables,
} from '../queries/credit-version.ts';
import { settingVersionReads } from '../queries/setting-version.ts';
import { tupleMembers } from '../queries/touch.ts';
import { RollUps } from '../roll-ups.ts';
import {
  type CreditedConversionRow,
  type CreditedRefundRow,
  compareCreditedTouches,
  creditedFactsOf,
  creditedTouchOf,
} from '../rows/credit.ts';
import { settingVersionOf } from '../rows/setting-version.ts';
import type { Tuple } from '../rows/touch.ts';
import { sendCredits } from './keep-money.ts';
import { query, statementsOf } from './query.ts';
import { addRollUps } from './roll-up.ts';
import type { Session } from './session.ts';
import { type Statement, statement } from './statement.ts';
import { takeTurn } from './turn.ts';

const organizationId = parameter<number>('organizationId');
const customerIds = sql<string>`any(${parameter<readonly string[]>('customerIds')}::text[])`;

const statements = statementsOf({
  ...creditVersionReads(query),
  ...creditVersionWrites(query),
  settings: settingVersionReads(query).find,
  touches: query
    .selectFrom('touches')
    .select(['customer_id', 'touch_key', 'occurred_time', 'tuple_id'])
    .select(isBare.as('is_bare'))
    .where('organization_id', '=', organizationId)
    .where('customer_id', '=', customerIds)
    .where('occurred_time', '>=', parameter<number>('from'))
    .where('occurred_time', '<=', parameter<number>('to')),
  refunds: query
    .selectFrom('refunds')
    .select(['conversion_key', 'refund_key', 'occurred_time', 'amount'])
    .where('organization_id', '=', organizationId)
    .where('customer_id', '=', customerIds),
  tuples: query
    .selectFrom('lead_source_tuples')
    .select(['tuple_id', ...tupleMembers])
    .where('organization_id', '=', organizationId)
    .where('tuple_id', '=', sql<number>`any(${parameter('keys')}::bigint[])`),
});

/** Credits so many of the next conversions, in a turn of the organization's writes. */
export async function buildCredits(
  session: Session,
  organization: number,
  jobId: string,
  conversions: number,
): Promise<BuiltCredits> {
  await takeTurn(session, organization, new Map([['touch', 0]]));
  const place = { organizationId: organization };
  const row = await session.get(statements.ofJob, { ...place, jobId });
  if (row === undefined) return { conversions: 0, progress: 1, isFinished: true };
  const total = row.total_conversions ?? (await session.get(statements.countConversions, place))?.total ?? 0;
  const built = await buildBehind(session, row, conversions);
  const { last } = built;
  if (last === undefined) {
    await putInForce(session, row);
    return { conversions: 0, progress: 1, isFinished: true };
  }
  const creditedConversions = row.credited_conversions + built.conversions;
  session.send(statements.advance, {
    ...place,
    version: row.settings_version,
    reachedTime: last.occurred_time,
    reachedConversionId: last.conversion_id,
    creditedConversions,
    totalConversions: total,
  });
  const progress = Math.min(0.999, creditedConversions / Math.max(1, total));
  return { conversions: built.conversions, progress, isFinished: false };
}

async function buildBehind(session: Session, row: CreditVersionRow, limit: number) {
  const { organization_id: organization, settings_version: version } = row;
  const place = { organizationId: organization };
  const [setting, rows] = await Promise.all([
    session.get(statements.settings, { ...place, setting: 'attribution-settings', version }),
    session.all(statements.conversionsBehind, {
      ...place,
      reachedTime: row.reached_time ?? Number.MIN_SAFE_INTEGER,
      reachedConversionId: row.reached_conversion_id,
      limit,
    }),
  ]);
  const content = setting === undefined ? null : settingVersionOf<'attribution-settings'>(setting).content;
  const settings = wholeAttributionSettings(content);
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return { conversions: 0, last };
  const from = first.occurred_time - settings.lookbackDays * millisecondsPerDay;
  const ids = [...new Set(rows.map((each) => each.customer_id))];
  const refunded = rows.filter((each) => each.refunded_amount > 0).map((each) => each.customer_id);
  const [touches, refunds] = await Promise.all([
    touchesOf(session, organization, { customerIds: ids, from, to: last.occurred_time }),
    refunded.length === 0 ? [] : session.all(statements.refunds, { ...place, customerIds: refunded }),
  ]);
  const by: CreditVersion = { version, settings, reached: null };
  await addCredits(session, organization, { rows, touches, refunds, version: by });
  return { conversions: rows.length, last };
}

type ConversionBehind = CreditedConversionRow & { readonly customer_id: string };

interface Uncredited {
  readonly rows: readonly ConversionBehind[];
  readonly touches: ReadonlyMap<string, readonly CreditedTouch[]>;
  readonly refunds: readonly CreditedRefundRow[];
  readonly version: CreditVersion;
}

/** While the database keeps the credits of some, those of the next are made. */
const conversionsSentAtOnce = 200;

/** Sends the credits of conversions that have none yet, and what they add to roll-ups. */
async function addCredits(
  session: Session,
  organizationId: number,
  { rows, touches, refunds, version }: Uncredited,
): Promise<void> {
  const refundsOf = Map.groupBy(refunds, (refund) => refund.conversion_key);
  const rollUps = new RollUps();
  for (let start = 0; start < rows.length; start += conversionsSentAtOnce) {
    const added: CreditRows = { credits: [], refundCredits: [] };
    for (const row of rows.slice(start, start + conversionsSentAtOnce)) {
      const facts = creditedFactsOf(row, refundsOf.get(row.conversion_key) ?? [], row.is_first === 1);
      const known = touches.get(row.customer_id) ?? [];
      addFreshCredits(added, { organizationId, version, touches: known }, facts, rollUps);
    }
    sendCredits(session, organizationId, { credits: [], refundCredits: [] }, added);
    // What was sent leaves at the end of the turn.
    await setImmediate();
  }
  addRollUps(session, organizationId, rollUps);
}

async function touchesOf(
  session: Session,
  organization: number,
  wanted: { readonly customerIds: readonly string[]; readonly from: number; readonly to: number },
): Promise<ReadonlyMap<string, readonly CreditedTouch[]>> {
  const rows = await session.all(statements.touches, { organizationId: organization, ...wanted });
  const keys = [...new Set(rows.map((row) => row.tuple_id))];
  const found = await session.all(statements.tuples, { organizationId: organization, keys });
  const tuples = new Map<number, Tuple>(found.map((tuple) => [tuple.tuple_id, tuple]));
  const touches = Map.groupBy(rows, (row) => row.customer_id);
  const ofRow = (row: (typeof rows)[number]): CreditedTouch => {
    const tuple = tuples.get(row.tuple_id);
    if (tuple === undefined) throw new Error(`Lead source tuple ${row.tuple_id} is missing.`);
    return creditedTouchOf(row, tuple);
  };
  return new Map(
    Array.from(touches, ([customerId, all]) => {
      return [customerId, all.map(ofRow).sort(compareCreditedTouches)] as const;
    }),
  );
}

async function putInForce(session: Session, row: CreditVersionRow): Promise<void> {
  const { organization_id: organization, settings_version: version } = row;
  const place = { organizationId: organization };
  const replaced = await session.run(statements.replace, { ...place, before: 'live' });
  // Before any other, the first version has no row.
  if (replaced === 0) session.send(statements.add, { ...place, version: 1, state: 'dropping', jobId: null });
  session.send(statements.putInForce, { ...place, version });
}

const dropping = (Object.keys(versionedTables) as VersionedTable[]).map((table) => {
  const { keyBehind, removeBefore, removeAll } = droppingStatements(query, table);
  return {
    keyBehind: prepared(keyBehind),
    removeBefore: prepared(removeBefore),
    removeAll: prepared(removeAll),
  };
});

function prepared<Row>(text: RawBuilder<Row>): Statement<Row> {
  return statement(text.compile(query) as CompiledQuery<Row>);
}

/** Removes about so many rows of a version that is done with; answers whether any is left. */
export async function dropCredits(session: Session, organization: number, rows: number): Promise<boolean> {
  const place = { organizationId: organization };
  const version = (await session.get(statements.dropping, place))?.settings_version;
  if (version === undefined) return false;
  let left = rows;
  for (const { keyBehind, removeBefore, removeAll } of dropping) {
    if (left <= 0) return true;
    const key = await session.get(keyBehind, { ...place, version, rows: left });
    left -=
      key === undefined
        ? await session.run(removeAll, { ...place, version })
        : await session.run(removeBefore, { ...place, version, ...key });
  }
  if (left <= 0) return true;
  session.send(statements.remove, { ...place, version });
  return (await session.get(statements.dropping, place)) !== undefined;
}
