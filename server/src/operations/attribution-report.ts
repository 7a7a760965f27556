import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AttributionModel } from '../domain/attribution-models.ts';
import {
  type Grouping,
  groupTuples,
  lateTuples,
  placeLate,
  type ReportRow,
  regroup,
  reportRows,
} from '../domain/attribution-report.ts';
import type { ChannelTuple } from '../domain/channel.ts';
import type { Filter } from '../domain/collection.ts';
import { CreditAdding, type ReportCredit } from '../domain/credit-adding.ts';
import {
  type CreditFilterField,
  filterMatches,
  partsOfFilter,
  tupleReader,
} from '../domain/credit-filter.ts';
import {
  type Bucket,
  type CreditQuestion,
  type CreditSums,
  type DateBasis,
  firstDayFrom,
  momentSpans,
  rolledUpSpans,
  type Span,
} from '../domain/credit-sum.ts';
import {
  type ChannelOf,
  type Dimension,
  type DimensionValues,
  noTuple,
  valuesOf,
} from '../domain/dimension.ts';
import { inTurns } from '../domain/pauses.ts';
import type { Principal } from '../domain/principal.ts';
import { type Interval, zoneDays } from '../domain/reporting-zone.ts';
import type { CreditedCustomers, CreditsInForce, SpendSum } from '../storage/store.ts';
import type { Channels } from './channel.ts';
import type { OperationContext } from './context.ts';
import { awaitedStore } from './reporting/awaited-store.ts';
import { reportCurrency } from './reporting/currency.ts';
import { type AskedPeriod, bucketsIn, type ResolvedPeriod, resolvePeriod } from './reporting/period.ts';
import { withSteadyCredits } from './reporting/steady-credits.ts';
import { readTuples } from './reporting/tuple-reading.ts';

export interface ReportRequest extends AskedPeriod {
  readonly dimensions: readonly Dimension[];
  readonly models: readonly AttributionModel[];
  /** Null to take the only one. */
  readonly currency: string | null;
  readonly interval: Interval | null;
  readonly filter: Filter<CreditFilterField>;
  readonly dateBasis: DateBasis;
  readonly countsCustomers: boolean;
  readonly limit: number;
}

export interface CountedReportRow extends ReportRow {
  /** Distinct customers; null unless they are counted. */
  readonly customers: number | null;
}

export interface AttributionReport {
  /** Null where there are no conversions. */
  readonly currency: string | null;
  readonly period: ResolvedPeriod;
  readonly settingsVersion: number;
  readonly channelRulesVersion: number;
  readonly buckets: readonly Bucket[];
  readonly rows: readonly CountedReportRow[];
  readonly totals: ReportCredit;
}

export type AttributionReportOperations = ReturnType<typeof createAttributionReportOperations>;

export function createAttributionReportOperations(
  { store }: Pick<OperationContext, 'store'>,
  channels: Channels,
) {
  return {
    /**
     * What the touches of conversions in a period are worth, grouped by dimensions. Fails with `invalid` for an impossible
     * period, interval or currency.
     */
    report(
      { organization }: Principal,
      request: ReportRequest,
      ending?: AbortSignal,
    ): Promise<AttributionReport> {
      const awaited = awaitedStore(store, ending);
      return withSteadyCredits(awaited, organization.id, async (inForce) => {
        const { channelOf, rulesVersion: channelRulesVersion } = await channels.of(organization.id);
        const reading = new Reading(awaited, organization.id, request, inForce, channelOf);
        const { settingsVersion } = inForce;
        return { ...(await reading.report()), settingsVersion, channelRulesVersion };
      });
    },
  };
}

type ReadReport = Omit<AttributionReport, 'settingsVersion' | 'channelRulesVersion'>;

/** One report, by one version of the settings and rules. */
class Reading {
  readonly #store: Pick<OperationContext['store'], 'read'>;
  readonly #organizationId: string;
  readonly #request: ReportRequest;
  readonly #inForce: CreditsInForce;
  readonly #channelOf: ChannelOf;

  constructor(
    store: Pick<OperationContext['store'], 'read'>,
    organizationId: string,
    request: ReportRequest,
    inForce: CreditsInForce,
    channelOf: ChannelOf,
  ) {
    this.#store = store;
    this.#organizationId = organizationId;
    this.#request = request;
    this.#inForce = inForce;
    this.#channelOf = channelOf;
  }

  async report(): Promise<ReadReport> {
    const { interval, countsCustomers, models } = this.#request;
    const period = resolvePeriod(this.#request, this.#inForce.settings);
    const buckets = bucketsIn(period, interval);
    const currency = await reportCurrency(
      this.#store,
      this.#organizationId,
      this.#inForce.settingsVersion,
      this.#request.currency,
    );
    const total = new CreditAdding(models.length);
    if (currency === null) return { currency, period, buckets, rows: [], totals: total.credit };
    const whole = bucketsIn(period, null);
    const question = this.#question(currency, whole);
    const sums = await this.#store.read.creditSums(this.#organizationId, question);
    const spend = await this.#spend(currency, period, buckets);
    const grouping = await this.#group(sums, spend);
    const cut = { ...this.#question(currency, buckets), groups: grouping.tuples };
    const counted = interval === null ? regroup(sums, grouping) : await this.#cutSums(cut, grouping);
    const customersOf = customersIn(grouping, countsCustomers ? await this.#customers(cut, buckets) : null);
    const rows: CountedReportRow[] = [];
    for (const ofBucket of reportRows(grouping, counted, spend)) {
      for (const row of ofBucket) {
        rows.push({ ...row, customers: customersOf(row) });
        total.addCredit(row);
      }
      // There may be a thousand rows in each of a thousand buckets: others get a turn in between.
      await nextTurn();
    }
    return { currency, period, buckets, rows, totals: total.credit };
  }

  #question(currency: string, buckets: readonly Bucket[]): CreditQuestion {
    const { models, dateBasis, filter } = this.#request;
    const { settingsVersion, settings } = this.#inForce;
    const { ofTouches } = partsOfFilter(filter);
    return {
      settingsVersion,
      currency,
      models,
      dateBasis,
      // Roll-ups do not distinguish touches.
      spans:
        ofTouches.length > 0
          ? momentSpans(buckets)
          : rolledUpSpans(buckets, zoneDays(settings.reportingTimezone)),
      touchFilter: ofTouches,
      groups: null,
    };
  }

  async #group(sums: CreditSums, spend: readonly SpentOn[]): Promise<Grouping> {
    const { filter, limit } = this.#request;
    const grouping = groupTuples({
      sums,
      tuples: await this.#tuples(sums.groups),
      classify: (tuple) => this.#valuesOf(tuple),
      spend,
      // Conversions without a touch match no filter, since filters are about touches.
      keepsUnattributed: filter.length === 0,
      limit,
    });
    return inTurns(grouping, nextTurn);
  }

  /** A tuple's values; null where the filter leaves its touches out. */
  #valuesOf(tuple: ChannelTuple): DimensionValues | null {
    const { dimensions, filter } = this.#request;
    const { ofTuples } = partsOfFilter(filter);
    const isChosen = filterMatches(ofTuples, tupleReader(tuple, this.#channelOf));
    return isChosen ? valuesOf(dimensions, tuple, this.#channelOf) : null;
  }

  /**
   * All sums are read at one moment, though the grouping was read before, so a credit that moves in between is neither lost nor
   * counted twice.
   */
  async #cutSums(cut: CreditQuestion, grouping: Grouping): Promise<CreditSums> {
    const sums = await this.#store.read.creditSums(this.#organizationId, cut);
    const late = await this.#tuples(lateTuples(sums));
    return placeLate(sums, grouping, late, (tuple) => this.#valuesOf(tuple));
  }

  async #tuples(groups: readonly number[]): Promise<ReadonlyMap<number, ChannelTuple>> {
    const keys = [...new Set(groups)].filter((key) => key !== noTuple);
    const tuples = new Map<number, ChannelTuple>();
    for await (const some of readTuples(this.#store, this.#organizationId, keys)) {
      for (const [key, tuple] of some) tuples.set(key, tuple);
    }
    return tuples;
  }

  /** What was spent on the days that begin in each bucket. */
  async #spend(
    currency: string,
    { zone }: ResolvedPeriod,
    buckets: readonly Bucket[],
  ): Promise<readonly SpentOn[]> {
    const days = buckets.map(({ start, end }, bucket): Span => {
      return { bucket, from: firstDayFrom(start, zone), until: firstDayFrom(end, zone) };
    });
    const sums = await this.#store.read.spendSums(this.#organizationId, currency, days);
    const { filter } = this.#request;
    return sums.flatMap((sum) => {
      const read = spendReader(sum, this.#channelOf);
      if (!filterMatches(filter, read)) return [];
      const { bucket, amount } = sum;
      return [{ bucket, amount, values: this.#request.dimensions.map(read) }];
    });
  }

  #customers(cut: CreditQuestion, buckets: readonly Bucket[]): Promise<readonly CreditedCustomers[]> {
    const question = { ...cut, spans: momentSpans(buckets) };
    return this.#store.read.creditedCustomers(this.#organizationId, question);
  }
}

interface SpentOn {
  readonly bucket: number;
  readonly values: DimensionValues;
  readonly amount: bigint;
}

/** Spend that names no channel gets the channel of the other dimensions it names. */
function spendReader(sum: SpendSum, channelOf: ChannelOf): (field: CreditFilterField) => string | null {
  const { bucket: _bucket, amount: _amount, channel, ...named } = sum;
  const namesSomething = Object.values(named).some((value) => value !== null);
  const tuple = { ...named, referrerHost: null, clickIdKind: null };
  return (field) => {
    if (field === 'channel') return channel ?? (namesSomething ? channelOf(tuple) : null);
    if (field === 'clickId' || field === 'path' || field === 'referrer') return null;
    return tuple[field];
  };
}

/** Looks up how many customers a row has; null for every row if they were not counted. */
function customersIn(
  { groups }: Grouping,
  counted: readonly CreditedCustomers[] | null,
): (row: ReportRow) => number | null {
  if (counted === null) return () => null;
  const numbers = new Map(groups.map((group, number) => [group, number]));
  const placeOf = (bucket: number, number: number | undefined) => `${bucket} ${number}`;
  const counts = new Map(counted.map((each) => [placeOf(each.bucket, each.group), each.customers]));
  return ({ bucket, group }) => counts.get(placeOf(bucket, numbers.get(group))) ?? 0;
}
