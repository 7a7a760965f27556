import { monthOfDay } from '../../domain/reporting-zone.ts';
import type { Instant } from '../../domain/time.ts';
import type { CreditVersion } from '../credit.ts';
import type { ConversionRow } from '../money-schema.ts';
import { parameter } from '../parameter.ts';
import { type RollUpDelta, RollUpDeltas, summedUp } from '../roll-up-deltas.ts';
import { type DeltasByPeriod, type RolledConversion, RollUps } from '../roll-ups.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

/** To write so many rows takes some 40 ms. */
const mostRows = 10_000;
/** To make the sums of so many credits again takes a third of a second. */
const mostCredits = 50_000;

interface OpenDays {
  readonly version: number;
  readonly days: RollUpDeltas;
  /** How many are in them. */
  credits: number;
}

/**
 * For each organization what the version that is built has of the latest conversions and is not in its sums yet. A step of the
 * building would change most rows of their days and months that the one before has changed. What is lost, with a
 * process or a transaction, is made of the credits again.
 */
export class OpenSums {
  readonly #open = new Map<number, OpenDays>();
  readonly #statements: PreparedQueries<typeof statements>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(statements);
  }

  /** To be called before credits are added in the building: they go beside what there is. */
  ready(organizationId: number, version: CreditVersion): void {
    if (this.#open.get(organizationId)?.version === version.version) return;
    this.#begin(organizationId, version);
    this.add(organizationId, this.#leftOutOf(organizationId, version));
  }

  /** What credits change of what is not in the sums. Where these are not at hand, they will be made of the credits. */
  add(organizationId: number, leftOut: readonly RollUpDelta[]): void {
    const open = this.#open.get(organizationId);
    if (open === undefined) return;
    for (const delta of leftOut) {
      if (delta.version !== open.version) continue;
      open.days.add(delta);
      open.credits += delta.credits;
    }
  }

  areMany(organizationId: number): boolean {
    const open = this.#open.get(organizationId);
    return open !== undefined && (open.days.all.length >= mostRows || open.credits >= mostCredits);
  }

  /** Hands them over, by day and by month. Years are summed up otherwise. */
  take(organizationId: number): DeltasByPeriod {
    const open = this.#open.get(organizationId);
    // Nothing but fractions of fractions is left where credits were taken away again.
    const day = (open?.days.all ?? []).filter(({ credits }) => credits !== 0);
    if (open !== undefined) this.#begin(organizationId, open);
    return { day, month: summedUp(day, monthOfDay), year: [] };
  }

  forget(organizationId: number): void {
    this.#open.delete(organizationId);
  }

  /** To be called after a rollback. */
  forgetAll(): void {
    this.#open.clear();
  }

  #begin(organizationId: number, { version }: { readonly version: number }): void {
    this.#open.set(organizationId, { version, days: new RollUpDeltas(), credits: 0 });
  }

  #leftOutOf(organizationId: number, version: CreditVersion): readonly RollUpDelta[] {
    const { reached } = version;
    if (reached === null || !('leftOutFrom' in reached)) return [];
    const place = {
      organizationId,
      version: version.version,
      from: reached.leftOutFrom,
      to: reached.occurredTime,
    };
    const sums = new RollUps();
    for (const row of this.#statements().credits.all(place)) sums.addCredit(row, rolledOf(row), version, 1);
    for (const row of this.#statements().refundCredits.all(place)) {
      // Under their own dates, whatever these are, refunds are in the sums.
      sums.addRefund(row, rolledOf(row), row.occurred_time, version, 1);
    }
    return sums.leftOut;
  }
}

type OfConversion = Pick<ConversionRow, 'occurred_time' | 'currency' | 'is_first'>;

function rolledOf(row: OfConversion): RolledConversion {
  return {
    occurredTime: row.occurred_time,
    currency: row.currency,
    isFirst: row.is_first === 1,
  };
}

function statements() {
  const organizationId = parameter<number>('organizationId');
  const version = parameter<number>('version');
  // Those dated from one moment to another. The tables are read in this order.
  const conversions = query
    .selectFrom('conversions')
    .select(['conversions.occurred_time', 'conversions.currency', 'conversions.is_first'])
    .where('conversions.organization_id', '=', organizationId)
    .where('conversions.occurred_time', '>=', parameter<Instant>('from'))
    .where('conversions.occurred_time', '<=', parameter<Instant>('to'));
  return {
    credits: conversions
      .crossJoin('credits')
      .selectAll('credits')
      .where('credits.organization_id', '=', organizationId)
      .where('credits.settings_version', '=', version)
      .whereRef('credits.conversion_key', '=', 'conversions.conversion_key'),
    refundCredits: conversions
      .crossJoin('refund_credits')
      .selectAll('refund_credits')
      .where('refund_credits.organization_id', '=', organizationId)
      .where('refund_credits.settings_version', '=', version)
      .whereRef('refund_credits.conversion_key', '=', 'conversions.conversion_key'),
  };
}
