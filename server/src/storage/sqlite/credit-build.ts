import { type RawBuilder, sql } from 'kysely';
import { wholeAttributionSettings } from '../../domain/attribution-settings.ts';
import { firstMonthOfYear, monthOfDay, yearOfMonth, zoneDays } from '../../domain/reporting-zone.ts';
import type { Instant } from '../../domain/time.ts';
import type { ConversionPoint, CreditVersion } from '../credit.ts';
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
import { groupedByYear, yearsOfMonths } from '../roll-ups.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { CreditRowWriter } from './credit-rows.ts';
import type { CreditVersions } from './credit-version.ts';
import { type FreshCredits, uncreditedRows } from './fresh-credits.ts';
import type { OpenSums } from './open-sums.ts';
import type { SettingVersionReader } from './setting-version.ts';

const statements = () => ({
  ...creditVersionReads(query),
  ...creditVersionWrites(query),
  sumYears: { compile: () => summingYears.compile(query) },
});

const summingYears = sql`
  insert into credit_years ${sql.raw(yearsOfMonths)}
  where organization_id = ${parameter('organizationId')} and settings_version = ${parameter('version')}
    and month >= ${parameter('firstMonth')} and month < ${parameter('endMonth')}
  ${sql.raw(groupedByYear)}`;

/** Few enough that other writes run in between. */
const rowsClearedAtOnce = 5000;

interface Parts {
  readonly fresh: FreshCredits;
  readonly credits: CreditRowWriter;
  readonly openSums: OpenSums;
  readonly versions: CreditVersions;
  readonly settings: SettingVersionReader;
}

/** Builds the credits of a version in steps, each inside a transaction, and drops those of versions no longer needed. */
export class CreditBuilder {
  readonly #parts: Parts;
  readonly #statements: PreparedQueries<typeof statements>;
  readonly #dropping: readonly Dropping[];

  constructor(connection: Connection, parts: Parts) {
    this.#parts = parts;
    this.#statements = connection.prepareAll(statements);
    this.#dropping = (Object.keys(versionedTables) as VersionedTable[]).map((table) =>
      droppingOf(connection, table),
    );
  }

  /** Begins to build a version; one still being built is dropped. */
  begin(organizationId: number, version: number, jobId: string): void {
    this.#statements().replace.run({ organizationId, before: 'building' });
    this.#statements().add.run({ organizationId, version, state: 'building', jobId });
    this.#parts.openSums.forget(organizationId);
    this.#parts.versions.forget();
  }

  /** Credits up to `conversions` of the next conversions. Null if the job has nothing to build any more. */
  build(organizationId: number, jobId: string, conversions: number): BuiltCredits | null {
    const row = this.#statements().ofJob.get({ organizationId, jobId });
    if (row === undefined) return null;
    const reached = reachedBy(row);
    if (reached === beginning && !this.#clear(row)) return { conversions: 0, progress: 0, isFinished: false };
    return this.#goOn(row, reached, conversions);
  }

  #goOn(row: CreditVersionRow, reached: ConversionPoint, conversions: number): BuiltCredits {
    const organizationId = row.organization_id;
    const total =
      row.total_conversions ?? this.#statements().countConversions.get({ organizationId })?.total ?? 0;
    const behind = this.#statements().conversionsBehind.table({
      organizationId,
      reachedTime: Math.max(reached.occurredTime, Number.MIN_SAFE_INTEGER),
      reachedConversionId: reached.id,
      limit: conversions,
    });
    const rows = uncreditedRows(behind);
    const creditedConversions = (reached === beginning ? 0 : row.credited_conversions) + rows.length;
    const version = this.#versionOf(row, reached);
    const last = rows.at(-1);
    this.#parts.openSums.ready(organizationId, version);
    if (last === undefined) {
      this.#sumUp(organizationId, version, reached, null);
      this.#parts.openSums.forget(organizationId);
      this.#putInForce(row);
    } else {
      this.#parts.fresh.add(organizationId, rows, version);
      const isSummed = this.#sumUp(organizationId, version, reached, last.occurred_time);
      this.#statements().advance.run({
        organizationId,
        version: row.settings_version,
        reachedTime: last.occurred_time,
        reachedConversionId: last.conversion_id,
        // Others of the same moment go into the sums on their own, since their order is that of their ids, which may change.
        summedTime: isSummed ? last.occurred_time + 1 : reached.leftOutFrom,
        creditedConversions,
        totalConversions: total,
      });
    }
    this.#parts.versions.forget();
    const progress = last === undefined ? 1 : Math.min(0.999, creditedConversions / Math.max(1, total));
    return { conversions: rows.length, progress, isFinished: last === undefined };
  }

  /** Removes about `rows` rows of a version no longer needed; tells whether any are left. */
  drop(organizationId: number, rows: number): boolean {
    const version = this.#statements().dropping.get({ organizationId })?.settings_version;
    if (version === undefined) return false;
    if (!this.#removeRows(organizationId, version, rows)) return true;
    this.#statements().remove.run({ organizationId, version });
    return this.#statements().dropping.get({ organizationId }) !== undefined;
  }

  /**
   * Removes some of the rows that were built in another way, by another engine or an older version of this one, before the
   * build begins; tells whether those were all.
   */
  #clear({ organization_id: organizationId, settings_version: version }: CreditVersionRow): boolean {
    this.#parts.openSums.forget(organizationId);
    return this.#removeRows(organizationId, version, rowsClearedAtOnce);
  }

  /** Removes about `rows` rows of a version; tells whether those were all. */
  #removeRows(organizationId: number, version: number, rows: number): boolean {
    let left = rows;
    for (const dropping of this.#dropping) {
      if (left <= 0) return false;
      left -= dropping(organizationId, version, left);
    }
    return left > 0;
  }

  /**
   * Adds what is left out of the sums to them, once there is much of it, and sums up the years that ended between the point
   * reached before and now; `reachedTime` is null at the end of the build. Tells whether it did.
   */
  #sumUp(
    organizationId: number,
    { version, settings }: CreditVersion,
    before: ConversionPoint,
    reachedTime: Instant | null,
  ): boolean {
    const { credits, openSums } = this.#parts;
    const zone = zoneDays(settings.reportingTimezone);
    const yearAt = (time: Instant) => firstMonthOfYear(yearOfMonth(monthOfDay(zone.dayOf(time))));
    const firstMonth = before === beginning ? Number.MIN_SAFE_INTEGER : yearAt(before.occurredTime);
    const endMonth = reachedTime === null ? Number.MAX_SAFE_INTEGER : yearAt(reachedTime);
    const isYearOver = firstMonth < endMonth;
    if (!isYearOver && !openSums.areMany(organizationId)) return false;
    credits.addSums(organizationId, openSums.take(organizationId));
    if (isYearOver) this.#statements().sumYears.run({ organizationId, version, firstMonth, endMonth });
    return true;
  }

  #versionOf(row: CreditVersionRow, reached: ConversionPoint): CreditVersion {
    const { organization_id: organizationId, settings_version: version } = row;
    const kept = this.#parts.settings.find(organizationId, 'attribution-settings', version);
    return { version, settings: wholeAttributionSettings(kept?.content ?? null), reached };
  }

  #putInForce({ organization_id: organizationId, settings_version: version }: CreditVersionRow): void {
    // As long as no other version was in force, the first one has no row.
    const replaced = this.#statements().replace.run({ organizationId, before: 'live' });
    if (replaced === 0) {
      this.#statements().add.run({ organizationId, version: 1, state: 'dropping', jobId: null });
    }
    this.#statements().putInForce.run({ organizationId, version });
  }
}

const beginning: ConversionPoint = {
  occurredTime: Number.NEGATIVE_INFINITY,
  id: '',
  leftOutFrom: Number.NEGATIVE_INFINITY,
};

function reachedBy(row: CreditVersionRow): ConversionPoint {
  const { reached_time: occurredTime, reached_conversion_id: id, summed_time: leftOutFrom } = row;
  if (occurredTime === null || leftOutFrom === null) return beginning;
  return { occurredTime, id, leftOutFrom };
}

/** Removes about `rows` rows at most; returns how many. */
type Dropping = (organizationId: number, version: number, rows: number) => number;

function droppingOf(connection: Connection, table: VersionedTable): Dropping {
  const { keyBehind, removeBefore, removeAll } = droppingStatements(table);
  const prepare = <Row>(text: RawBuilder<Row>) => connection.prepare({ compile: () => text.compile(query) });
  const behind = prepare(keyBehind);
  const before = prepare(removeBefore);
  const all = prepare(removeAll);
  return (organizationId, version, rows) => {
    const place = { organizationId, version };
    const key = behind.get({ ...place, rows });
    return key === undefined ? all.run(place) : before.run({ ...place, ...key });
  };
}
