import type { Dimension } from '../domain/dimension.ts';
import { cleanFraction } from '../domain/fraction-sums.ts';
import type { MarkovOrder } from '../domain/markov.ts';
import { currencyDigits, formatAmount, splitSum } from '../domain/money.ts';
import type { PathModel, PathModelCredit, PathModelQuestion } from '../domain/path-model.ts';
import type { PathTable } from '../domain/path-table.ts';
import { formatInstant } from '../domain/time.ts';
import type { Channels } from './channel.ts';
import type { OperationContext } from './context.ts';
import { reportCurrency } from './reporting/currency.ts';
import { type AskedPeriod, resolvePeriod } from './reporting/period.ts';
import { withSteadyCredits } from './reporting/steady-credits.ts';
import { tupleSteps } from './reporting/tuple-steps.ts';

/** What a data-driven job is asked for. */
export interface PathModelRequest extends AskedPeriod {
  readonly model: PathModel;
  readonly order: MarkovOrder;
  readonly dimension: Dimension;
  readonly currency: string | null;
}

/** Computes off the event loop; stops when `ending` is aborted. */
export type ComputePathModel = (
  paths: PathTable,
  question: PathModelQuestion,
  ending: AbortSignal,
) => Promise<PathModelCredit>;

export interface PathModelParts extends Pick<OperationContext, 'store'> {
  readonly channels: Channels;
  readonly compute: ComputePathModel;
}

/** How a computation reports its progress, and learns that it is not needed any longer. */
export interface PathModelTask {
  /** Notes how much of it is done, from 0 to 1. */
  progress(fraction: number): Promise<void>;
  readonly ending: AbortSignal;
}

/** Fails with `invalid` for an impossible request, as far as can be seen before paths are read. */
export async function requirePathModel(
  { store }: Pick<PathModelParts, 'store'>,
  organizationId: string,
  request: PathModelRequest,
): Promise<void> {
  const { settingsVersion, settings } = await store.read.creditsInForce(organizationId);
  resolvePeriod(request, settings);
  await reportCurrency(store, organizationId, settingsVersion, request.currency);
}

/**
 * What each value of a dimension is worth by the paths of a period, as the result of a job. Fails with `invalid` for an
 * impossible request, or one with too many states.
 */
export function pathModelResult(
  { store, channels, compute }: PathModelParts,
  organizationId: string,
  request: PathModelRequest,
  { progress, ending }: PathModelTask,
): Promise<object> {
  return withSteadyCredits(store, organizationId, async ({ settingsVersion, settings }) => {
    const { start, end, timezone } = resolvePeriod(request, settings);
    const currency = await reportCurrency(store, organizationId, settingsVersion, request.currency);
    const { channelOf, rulesVersion: channelRulesVersion } = await channels.of(organizationId);
    const tuples = await store.read.tupleKeys(organizationId);
    const { values, groups } = await tupleSteps(store, organizationId, tuples, request.dimension, channelOf);
    await progress(0.1);
    const { model, order, dimension } = request;
    const about = {
      model,
      ...(model === 'markov' && { order }),
      dimension,
      currency,
      periodStart: formatInstant(start),
      periodEnd: formatInstant(end),
      timezone,
      settingsVersion,
      channelRulesVersion,
    };
    if (currency === null) return { ...about, conversions: 0, conversionProbability: 0, rows: [] };
    const { lookbackDays } = settings;
    const question = { currency, period: { start, end }, lookbackDays, groups };
    const { table, revenue } = await store.read.paths(organizationId, question);
    await progress(0.6);
    const credit = await compute(table, { model, order, channelCount: values.length }, ending);
    return { ...about, ...documentOf(credit, table, values, revenue, currencyDigits(currency) ?? 0) };
  });
}

function documentOf(
  { conversions, conversionProbability, channels }: PathModelCredit,
  { steps }: PathTable,
  values: readonly (string | null)[],
  revenue: bigint,
  digits: number,
) {
  const revenues = splitSum(
    revenue,
    // Solving equations may leave slightly negative values, which mean 0.
    channels.map(({ revenueShare }) => Math.max(0, revenueShare)),
  );
  const seen = new Set(steps);
  const all = channels.map((channel, index) => ({
    value: values[index] ?? null,
    ...(channel.removalEffect !== null && { removalEffect: cleanFraction(channel.removalEffect) }),
    conversions: cleanFraction(channel.conversions),
    revenue: formatAmount(revenues[index] ?? 0n, digits),
  }));
  // Of all values ever seen, those without a path in the period are left out.
  const rows = all.filter((_row, index) => seen.has(index));
  return {
    conversions,
    conversionProbability: cleanFraction(conversionProbability),
    rows: rows.sort((one, other) => other.conversions - one.conversions),
  };
}
