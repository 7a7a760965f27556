import { lateTuples, type ReportRow } from '../domain/attribution-report.ts';
import { type CreditMeasures, maximumBuckets, type Span, ungrouped } from '../domain/credit-sum.ts';
import { type Dimension, noTuple } from '../domain/dimension.ts';
import { invalid } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import {
  type CohortInterval,
  type CohortRow,
  type Cohorts,
  calendarSpans,
  cohortRows,
  regroupCohorts,
} from '../domain/published-report.ts';
import { firstDayOfMonth, monthOfDay, zoneDays } from '../domain/reporting-zone.ts';
import type { CreditsInForce } from '../storage/store.ts';
import type { AttributionReportOperations } from './attribution-report.ts';
import type { Channels } from './channel.ts';
import type { OperationContext } from './context.ts';
import { awaitedStore } from './reporting/awaited-store.ts';
import { reportCurrency } from './reporting/currency.ts';
import { type PeriodEdge, type ResolvedPeriod, resolvePeriod } from './reporting/period.ts';
import { withSteadyCredits } from './reporting/steady-credits.ts';
import { creditedSteps, type TupleSteps, valuesOfTuples } from './reporting/tuple-steps.ts';

/** A customer's lead source is the most recent that is not a direct arrival; a conversion's is chosen alike. */
const model = 'last-non-direct';

interface PublishedRequest {
  readonly dimension: Dimension;
  /** This and `end` are null for those of the current month. */
  readonly start: PeriodEdge | null;
  readonly end: PeriodEdge | null;
  /** Null to take the only one. */
  readonly currency: string | null;
}

export type TransactionReportRequest = PublishedRequest;

export interface RetentionRequest extends PublishedRequest {
  readonly interval: CohortInterval;
  readonly takesRefunds: boolean;
}

export interface TransactionReport {
  readonly currency: string | null;
  readonly rows: readonly TransactionRow[];
}

export interface TransactionRow extends Omit<CreditMeasures, 'newCustomers'> {
  /** Null for unset values, and where no touch is known. */
  readonly value: string | null;
}

export interface RetentionReport {
  readonly currency: string | null;
  readonly rows: readonly (CohortRow & { readonly value: string | null })[];
}

export type PublishedReportOperations = ReturnType<typeof createPublishedReportOperations>;

/** Reports that other services publish, as far as the facts kept here allow. */
export function createPublishedReportOperations(
  { store, now }: Pick<OperationContext, 'store' | 'now'>,
  channels: Channels,
  reports: AttributionReportOperations,
) {
  return {
    /** What was sold and refunded in a period, each on its own date. Fails with `invalid`. */
    async transactions(
      principal: Principal,
      request: TransactionReportRequest,
      ending?: AbortSignal,
    ): Promise<TransactionReport> {
      const awaited = awaitedStore(store, ending);
      const { id } = principal.organization;
      const { settings, settingsVersion } = await awaited.read.creditsInForce(id);
      const asked = {
        ...periodOf(request, settings, now()),
        dimensions: [request.dimension],
        models: [model],
        currency: await reportCurrency(awaited, id, settingsVersion, request.currency, 'filter'),
        interval: null,
        filter: [],
        dateBasis: 'refund',
        countsCustomers: false,
        limit: Number.MAX_SAFE_INTEGER,
      } as const;
      const { rows, currency } = await reports.report(principal, asked, ending);
      return { currency, rows: transactionRows(rows) };
    },

    /** What customers paid, by the number of intervals after they first paid. Fails with `invalid`. */
    retention(
      { organization }: Principal,
      request: RetentionRequest,
      ending?: AbortSignal,
    ): Promise<RetentionReport> {
      const awaited = awaitedStore(store, ending);
      return withSteadyCredits(awaited, organization.id, async (inForce) => {
        const { settingsVersion, settings } = inForce;
        const period = resolvePeriod(periodOf(request, settings, now()), settings);
        const { currency: asked } = request;
        const currency = await reportCurrency(awaited, organization.id, settingsVersion, asked, 'filter');
        const spans = spansOf(request.interval, period, now());
        if (currency === null) return { currency, rows: [] };
        const { channelOf } = await channels.of(organization.id);
        const stepped = { currency, period, dimension: request.dimension };
        const steps = await creditedSteps(awaited, organization.id, inForce, stepped, channelOf);
        const { values, groups } = withoutTouches(steps);
        const { start, end } = period;
        const question = { settingsVersion, currency, model, period: { start, end }, spans, groups } as const;
        const read = await awaited.read.cohorts(organization.id, question);
        const late = await lateGroups(read, values, (keys) =>
          valuesOfTuples(awaited, organization.id, keys, request.dimension, channelOf),
        );
        const { sums, customers } = regroupCohorts(read, (group) => late.groups.get(group) ?? group);
        const { takesRefunds } = request;
        const rows = cohortRows(sums, customers, { periods: spans.length, takesRefunds });
        return { currency, rows: rows.map((row) => ({ ...row, value: late.values[row.group] ?? null })) };
      });
    },
  };
}

function periodOf({ start, end }: PublishedRequest, settings: CreditsInForce['settings'], now: number) {
  const zone = zoneDays(settings.reportingTimezone);
  const month = monthOfDay(zone.dayOf(now));
  return {
    start: start ?? { day: firstDayOfMonth(month) },
    end: end ?? { day: firstDayOfMonth(month + 1) },
    timezone: null,
  };
}

/** Fails with `invalid`, naming the edge that makes the intervals too many. */
function spansOf(
  interval: CohortInterval,
  { start, end, zone }: ResolvedPeriod,
  now: number,
): readonly Span[] {
  const spansUntil = (last: number) => calendarSpans(interval, start, last, zone);
  const spans = spansUntil(Math.max(now, end - 1));
  if (spans !== null) return spans;
  const most = `must be no more than ${maximumBuckets} intervals`;
  throw spansUntil(now) === null
    ? invalid('periodStart', `${most} ago`)
    : invalid('periodEnd', `${most} after periodStart`);
}

/** Unset values and conversions without a touch both have no value. */
function transactionRows(rows: readonly ReportRow[]): readonly TransactionRow[] {
  const byValue = new Map<string | null, TransactionRow>();
  for (const { group, measures } of rows) {
    const value = group.values?.[0] ?? null;
    const [more] = measures;
    if (more === undefined) continue;
    const { conversions = 0, revenue = 0n, refunds = 0n } = byValue.get(value) ?? {};
    byValue.set(value, {
      value,
      conversions: conversions + more.conversions,
      revenue: revenue + more.revenue,
      refunds: refunds + more.refunds,
    });
  }
  return [...byValue.values()].filter(({ conversions, refunds }) => conversions !== 0 || refunds !== 0n);
}

/** Conversions without a touch count where the value is unset. */
function withoutTouches({ values, groups }: TupleSteps) {
  const told = values.includes(null) ? values : [...values, null];
  return {
    values: told,
    groups: {
      tupleKeys: [...groups.tupleKeys, noTuple],
      groups: [...groups.groups, told.indexOf(null)],
    },
  };
}

/** The groups of tuples that got their first credit after all tuples were read, and all values including theirs. */
async function lateGroups(
  { customers }: Cohorts,
  values: readonly (string | null)[],
  valuesOfKeys: (tupleKeys: readonly number[]) => Promise<readonly (string | null)[]>,
) {
  const keys = lateTuples({ groups: [...customers.keys()] });
  const own = await valuesOfKeys(keys);
  const all = [...new Set([...values, ...own])];
  const groups = new Map(keys.map((key, place) => [ungrouped(key), all.indexOf(own[place] ?? null)]));
  return { values: all, groups };
}
