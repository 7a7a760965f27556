import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { millisecondsPerDay } from '../../domain/time.ts';
import {
  addCreditRows,
  type CreditedTouch,
  type CreditRows,
  type CreditVersion,
  reaches,
} from '../credit.ts';
import { parameter } from '../parameter.ts';
import { creditedReads, isBare } from '../queries/conversion.ts';
import { uncreditedConversions } from '../queries/credit-version.ts';
import { tupleMembers } from '../queries/touch.ts';
import {
  type CreditedConversionRow,
  type CreditedRefundRow,
  type CreditedTouchRow,
  compareCreditedTouches,
  creditedFactsOf,
  creditedTouchOf,
  creditVersionsOf,
} from '../rows/credit.ts';
import type { Tuple } from '../rows/touch.ts';
import { sendCredits } from './keep-money.ts';
import { cacheName, type Names } from './names.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';

const organizationId = parameter<number>('organizationId');
const customerIds = sql<string>`any(${parameter<readonly string[]>('customerIds')}::text[])`;

const statements = statementsOf({
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
    .where('customer_id', '=', customerIds)
    .where('conversion_key', '=', sql<number>`any(${parameter('conversionKeys')}::bigint[])`),
  versions: creditedReads(query).versions,
  conversions: uncreditedConversions(query).where('customer_id', '=', parameter<string>('customerId')),
  removeCredits: removal('credits'),
  removeRefundCredits: removal('refund_credits'),
  tuples: query
    .selectFrom('lead_source_tuples')
    .select(['tuple_id', ...tupleMembers])
    .where('organization_id', '=', organizationId)
    .where('tuple_id', '=', sql<number>`any(${parameter('keys')}::bigint[])`),
});

function removal(table: 'credits' | 'refund_credits') {
  return query
    .deleteFrom(table)
    .where('organization_id', '=', organizationId)
    .where('settings_version', '=', parameter<number>('version'))
    .where('conversion_key', '=', sql<number>`any(${parameter('conversionKeys')}::bigint[])`);
}

/** A conversion to be credited. */
type UncreditedRow = CreditedConversionRow & {
  readonly customer_id: string;
  readonly refunded_amount: number;
};

/**
 * While the database stores the credits of one group and reads the touches for the next, the credits of the latter are
 * computed.
 */
const conversionsAtOnce = 200;

/** Credits many conversions, customer by customer, that have no credits by the version yet. */
export async function addFreshCredits(
  session: Session,
  names: Names,
  organization: number,
  rows: readonly UncreditedRow[],
  version: CreditVersion,
): Promise<void> {
  const causes = new Causes(session, names, organization, version);
  let next = causes.of(rows.slice(0, conversionsAtOnce));
  for (let start = 0; start < rows.length; start += conversionsAtOnce) {
    const { touchesOf, refundsOf } = await next;
    const end = start + conversionsAtOnce;
    next = causes.of(rows.slice(end, end + conversionsAtOnce));
    // Its failure is the transaction's, whoever notices first.
    next.catch(() => undefined);
    // What was sent leaves at the end of the turn: the database reads while credits are computed here.
    await setImmediate();
    const added: CreditRows = { credits: [], refundCredits: [] };
    for (const row of rows.slice(start, end)) {
      const facts = creditedFactsOf(row, refundsOf.get(row.conversion_key) ?? [], row.is_first === 1);
      addCreditRows(added, organization, version, touchesOf.get(row.customer_id) ?? [], facts);
    }
    sendCredits({ session, organizationId: organization }, { credits: [], refundCredits: [] }, added);
  }
}

/**
 * After the id of a customer has changed, gives its conversions the credits that a build in the order of customers would have
 * given them by now, or takes them away.
 */
export async function moveFreshCredits(
  session: Session,
  names: Names,
  { organizationId, customerId }: { readonly organizationId: number; readonly customerId: string },
  newCustomerId: string,
): Promise<void> {
  const [versions, rows] = await Promise.all([
    session.all(statements.versions, { organizationId }),
    session.all(statements.conversions, { organizationId, customerId: newCustomerId }),
  ]);
  for (const version of creditVersionsOf(versions)) {
    if (version.reached === null || !('summedBefore' in version.reached)) continue;
    const isCredited = (owner: string, row: UncreditedRow) =>
      reaches(version, owner, creditedFactsOf(row, [], false));
    const gone = rows.filter((row) => isCredited(customerId, row) && !isCredited(newCustomerId, row));
    const come = rows.filter((row) => !isCredited(customerId, row) && isCredited(newCustomerId, row));
    const conversionKeys = gone.map((row) => row.conversion_key);
    const place = { organizationId, version: version.version, conversionKeys };
    if (gone.length > 0) {
      session.send(statements.removeCredits, place);
      session.send(statements.removeRefundCredits, place);
    }
    await addFreshCredits(session, names, organizationId, come, version);
  }
}

/** Reads the touches that lead to conversions, and their refunds. */
class Causes {
  readonly #session: Session;
  readonly #names: Names;
  readonly #organizationId: number;
  readonly #version: CreditVersion;
  readonly #tuples = new Map<number, Tuple>();

  constructor(session: Session, names: Names, organizationId: number, version: CreditVersion) {
    this.#session = session;
    this.#names = names;
    this.#organizationId = organizationId;
    this.#version = version;
  }

  async of(rows: readonly UncreditedRow[]) {
    const refunded = rows.filter((each) => each.refunded_amount > 0);
    const [touchesOf, refunds] = await Promise.all([this.#touches(rows), this.#refunds(refunded)]);
    return { touchesOf, refundsOf: Map.groupBy(refunds, (refund) => refund.conversion_key) };
  }

  async #refunds(refunded: readonly UncreditedRow[]): Promise<readonly CreditedRefundRow[]> {
    if (refunded.length === 0) return [];
    return this.#session.all(statements.refunds, {
      organizationId: this.#organizationId,
      // The key of refunds begins with the customer.
      customerIds: [...new Set(refunded.map((row) => row.customer_id))],
      conversionKeys: refunded.map((row) => row.conversion_key),
    });
  }

  /** For each customer the touches that may count for any of the conversions, by time, then by arrival. */
  async #touches(rows: readonly UncreditedRow[]): Promise<ReadonlyMap<string, readonly CreditedTouch[]>> {
    const touchesOf = new Map<string, CreditedTouch[]>(rows.map((row) => [row.customer_id, []]));
    if (rows.length === 0) return touchesOf;
    const times = rows.map((row) => row.occurred_time);
    const found = await this.#session.all(statements.touches, {
      organizationId: this.#organizationId,
      customerIds: [...touchesOf.keys()],
      from: Math.min(...times) - this.#version.settings.lookbackDays * millisecondsPerDay,
      to: Math.max(...times),
    });
    await this.#learnTuples(found);
    for (const row of found) {
      const tuple = this.#tuples.get(row.tuple_id);
      if (tuple === undefined) throw new Error(`Lead source tuple ${row.tuple_id} is missing.`);
      touchesOf.get(row.customer_id)?.push(creditedTouchOf(row, tuple));
    }
    for (const touches of touchesOf.values()) touches.sort(compareCreditedTouches);
    return touchesOf;
  }

  async #learnTuples(touches: readonly CreditedTouchRow[]): Promise<void> {
    const known = this.#names.saidByTuples;
    const unknown: number[] = [];
    for (const key of new Set(touches.map((row) => row.tuple_id))) {
      if (this.#tuples.has(key)) continue;
      const tuple = known.get(cacheName(this.#organizationId, key));
      if (tuple === undefined) unknown.push(key);
      else this.#tuples.set(key, tuple);
    }
    if (unknown.length === 0) return;
    const found = await this.#session.all(statements.tuples, {
      organizationId: this.#organizationId,
      keys: unknown,
    });
    for (const tuple of found) {
      this.#tuples.set(tuple.tuple_id, tuple);
      known.set(cacheName(this.#organizationId, tuple.tuple_id), tuple);
    }
  }
}
