import { monthOfDay } from '../../domain/reporting-zone.ts';
import type { Instant } from '../../domain/time.ts';
import type { CreditVersion } from '../credit.ts';
import type { ConversionRow } from '../money-schema.ts';
import { parameter } from '../parameter.ts';
import { type RollUpDelta, RollUpDeltas, summedUp } from '../roll-up-deltas.ts';
import { type DeltasByPeriod, type RolledConversion, RollUps } from '../roll-ups.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

/** Writing this many rows takes about 40 ms. */
const mostRows = 10_000;
/** Recomputing the sums of this many credits takes a third of a second. */
const mostCredits = 50_000;

interface OpenDays {
  readonly version: number;
  readonly days: RollUpDeltas;
  /** How many credits are in `days`. */
  credits: number;
}

/**
 * For each organization, the sums of the latest conversions that the version being built has credited but not yet added to
 * its stored sums. Stored at every step, they would change mostly the same rows of days and months as in the step before.
 * What is lost with a process or a transaction is recomputed from the credits.
 */
export class OpenSums {
  readonly #open = new Map<number, OpenDays>();
  readonly #statements: PreparedQueries<typeof statements>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(statements);
  }

  /** Call before a build adds credits: their sums are added to what is kept here. */
  ready(organizationId: number, version: CreditVersion): void {
    if (this.#open.get(organizationId)?.version === version.version) return;
    this.#begin(organizationId, version);
    this.add(organizationId, this.#leftOutOf(organizationId, version));
  }

  /** Adds changes of what is left out of the stored sums. If nothing is kept here yet, it will be recomputed from the credits. */
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

  /** Hands over the sums by day and month and starts anew. Years are summed up separately. */
  take(organizationId: number): DeltasByPeriod {
    const open = this.#open.get(organizationId);
    // Where all credits were removed again, only rounding errors are left.
    const day = (open?.days.all ?? []).filter(({ credits }) => credits !== 0);
    if (open !== undefined) this.#begin(organizationId, open);
    return { day, month: summedUp(day, monthOfDay), year: [] };
  }

  forget(organizationId: number): void {
    this.#open.delete(organizationId);
  }

  /** Call after a rollback. */
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
      // By their own dates, refunds are in the stored sums already.
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
  // The conversions dated within a range. The tables are read in the order written.
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
