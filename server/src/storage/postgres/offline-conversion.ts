import { type Compilable, type InferResult, sql } from 'kysely';
import type { OfflineConversion, SharedKey } from '../../domain/offline-conversion.ts';
import { parameter } from '../parameter.ts';
import type { OfflineQuestion } from '../ports/report.ts';
import { lookedFor, sharedBy, sharedKeys } from '../queries/offline-conversion.ts';
import {
  type OfflineConversionRow,
  type OfflineTouchRow,
  offlineColumnsOf,
  offlineConversionsOf,
} from '../rows/offline-conversion.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { type Arguments, passingStatement } from './statement.ts';

const organizationId = parameter<number>('organizationId');
const customerIds = sql<string>`any(${parameter<readonly string[]>('customerIds')}::text[])`;
const names = sql<string>`any(${parameter<readonly string[]>('names')}::text[])`;
const keys = sql<number>`any(${parameter<readonly number[]>('keys')}::bigint[])`;

const conversions = query
  .selectFrom('conversions')
  .select(['conversion_key', 'conversion_id', 'customer_id', 'occurred_time', 'currency', 'order_id'])
  .where('organization_id', '=', organizationId);
const reads = {
  inPeriod: conversions
    .where('occurred_time', '>=', parameter<number>('start'))
    .where('occurred_time', '<', parameter<number>('end'))
    .orderBy('occurred_time')
    .orderBy('conversion_key')
    .limit(parameter<number>('limit')),
  refundedInPeriod: query
    .selectFrom('refunds')
    .select(['customer_id', 'conversion_key'])
    .distinct()
    .where('organization_id', '=', organizationId)
    .where('occurred_time', '>=', parameter<number>('start'))
    .where('occurred_time', '<', parameter<number>('end'))
    .orderBy('customer_id')
    .orderBy('conversion_key')
    .limit(parameter<number>('limit')),
  ofCustomers: conversions
    .where('customer_id', '=', customerIds)
    .orderBy('occurred_time')
    .orderBy('conversion_key'),
  refunds: query
    .selectFrom('refunds')
    .select(({ fn }) => ['conversion_key', fn.max('created_time').as('refunded_time')])
    .where('organization_id', '=', organizationId)
    .where('customer_id', '=', customerIds)
    .groupBy('conversion_key'),
  touches: query
    .selectFrom('touches')
    .select(['touch_key', 'occurred_time', 'click_id', 'tuple_id', 'path', 'referrer'])
    .$narrowType<{ click_id: string }>()
    .where('organization_id', '=', organizationId)
    .where('customer_id', '=', customerIds)
    .where('click_id', 'is not', null)
    .orderBy('occurred_time')
    .orderBy('touch_key'),
  tuples: query
    .selectFrom('lead_source_tuples')
    .select(['tuple_id', 'click_id_kind'])
    .where('organization_id', '=', organizationId)
    .where('tuple_id', '=', keys),
};

function creditReads({ model, settingsVersion }: OfflineQuestion) {
  const { weight, amount } = offlineColumnsOf(model);
  const credits = query
    .selectFrom('credits')
    .select(['conversion_key', 'touch_key', sql<number>`${sql.ref(weight)}`.as('weight')])
    .select(sql<number>`${sql.ref(amount)}`.as('amount'))
    .where('organization_id', '=', organizationId)
    .where('settings_version', '=', settingsVersion)
    .where('conversion_key', '=', keys)
    .where(sql.ref<number>(weight), '>', 0);
  const taken = query
    .selectFrom('refund_credits')
    .select(['conversion_key', 'touch_key', sql<number>`sum(${sql.ref(amount)})::bigint`.as('refunded')])
    .where('organization_id', '=', organizationId)
    .where('settings_version', '=', settingsVersion)
    .where('conversion_key', '=', keys)
    .groupBy('conversion_key')
    .groupBy('touch_key');
  return { credits, taken };
}

/**
 * The conversions asked for, by time, with what is credited for them. Each statement reads one table, by keys found earlier
 * or, to compare orders, as a whole: so none can be planned badly, however little the server knows of newly filled tables.
 */
export async function readOfflineConversions(
  session: Session,
  organization: number,
  question: OfflineQuestion,
): Promise<readonly OfflineConversion[]> {
  const all = <Row>(read: Compilable<Row>, values: Arguments) =>
    session.all(passingStatement(read.compile()), { organizationId: organization, ...values });
  const chosen = await readChosen(all, question);
  const named = { customerIds: [...new Set(chosen.map((row) => row.customer_id))] };
  const ofChosen = { keys: chosen.map((row) => row.conversion_key) };
  const { credits: credited, taken: takenAway } = creditReads(question);
  const [refunds, credits, taken, touches, isShared] = await Promise.all([
    all(reads.refunds, named),
    all(credited, ofChosen),
    all(takenAway, ofChosen),
    all(reads.touches, named),
    findShared(all, question.sharedKey, chosen),
  ]);
  const tuples = await all(reads.tuples, { keys: [...new Set(touches.map((row) => row.tuple_id))] });
  const refundedTimes = new Map(refunds.map((row) => [row.conversion_key, row.refunded_time]));
  return offlineConversionsOf(
    chosen.map((row) => ({ ...row, refunded_time: refundedTimes.get(row.conversion_key) ?? null })),
    creditedTouches({ credits, taken, touches, tuples }),
    isShared,
  );
}

type Ask = <Row>(read: Compilable<Row>, values: Arguments) => Promise<Row[]>;
type Chosen = Omit<OfflineConversionRow, 'refunded_time'>;

async function readChosen(all: Ask, { basis, period, limit }: OfflineQuestion): Promise<readonly Chosen[]> {
  if (basis === 'conversion') return all(reads.inPeriod, { ...period, limit });
  const refunded = await all(reads.refundedInPeriod, { ...period, limit });
  const keysRefunded = new Set(refunded.map((row) => row.conversion_key));
  const ofCustomers = await all(reads.ofCustomers, {
    customerIds: [...new Set(refunded.map((row) => row.customer_id))],
  });
  return ofCustomers.filter((row) => keysRefunded.has(row.conversion_key));
}

async function findShared(all: Ask, key: SharedKey | null, chosen: readonly Chosen[]) {
  if (key === null) return () => false;
  const asked = sharedKeys(key, sql`${organizationId}`, (text) => sql`${text} = ${names}`);
  const found = await all(
    { compile: () => asked.compile(query) } as Compilable<{ readonly shared: string }>,
    { names: lookedFor(key, chosen) },
  );
  return sharedBy(key, found);
}

type CreditReads = ReturnType<typeof creditReads>;
interface Credited {
  readonly credits: InferResult<CreditReads['credits']>;
  readonly taken: InferResult<CreditReads['taken']>;
  readonly touches: InferResult<typeof reads.touches>;
  readonly tuples: InferResult<typeof reads.tuples>;
}

/** The touches that are credited, in their order. */
function creditedTouches({ credits, taken, touches, tuples }: Credited): readonly OfflineTouchRow[] {
  const kinds = new Map(tuples.map((row) => [row.tuple_id, row.click_id_kind]));
  const creditsOf = Map.groupBy(credits, (row) => row.touch_key);
  const nameOf = (row: { conversion_key: number; touch_key: number }) =>
    `${row.conversion_key} ${row.touch_key}`;
  const refunded = new Map(taken.map((row) => [nameOf(row), row.refunded]));
  return touches.flatMap(({ touch_key: touchKey, tuple_id: tupleKey, ...touch }) =>
    (creditsOf.get(touchKey) ?? []).map((credit) => ({
      ...touch,
      click_id_kind: kinds.get(tupleKey) ?? null,
      conversion_key: credit.conversion_key,
      weight: credit.weight,
      amount: credit.amount,
      refunded: refunded.get(nameOf(credit)) ?? 0,
    })),
  );
}
