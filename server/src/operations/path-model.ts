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

/** What a data-driven job is asked. */
export interface PathModelRequest extends AskedPeriod {
  readonly model: PathModel;
  readonly order: MarkovOrder;
  readonly dimension: Dimension;
  readonly currency: string | null;
}

/** Computes off the event loop, unless it ends. */
export type ComputePathModel = (
  paths: PathTable,
  question: PathModelQuestion,
  ending: AbortSignal,
) => Promise<PathModelCredit>;

export interface PathModelParts extends Pick<OperationContext, 'store'> {
  readonly channels: Channels;
  readonly compute: ComputePathModel;
}

/** How a computation tells of itself, and when it is of no use any more. */
export interface PathModelTask {
  /** Told how much of it is done, from 0 to 1. */
  progress(fraction: number): Promise<void>;
  readonly ending: AbortSignal;
}

/** Fails with `invalid` for what cannot be meant, as far as can be told before paths are read. */
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
 * What the paths of a period say each value of a dimension is worth, as the result of a job. Fails with `invalid` for
 * what cannot be meant or has too many states.
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
    const { values, groups } = await tupleSteps(store, organizationId, request.dimension, channelOf);
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
    // What a solution of equations leaves below nothing is nothing.
    channels.map(({ revenueShare }) => Math.max(0, revenueShare)),
  );
  const seen = new Set(steps);
  const all = channels.map((channel, index) => ({
    value: values[index] ?? null,
    ...(channel.removalEffect !== null && { removalEffect: cleanFraction(channel.removalEffect) }),
    conversions: cleanFraction(channel.conversions),
    revenue: formatAmount(revenues[index] ?? 0n, digits),
  }));
  // Many values were ever seen; those of no path in the period have nothing to say.
  const rows = all.filter((_row, index) => seen.has(index));
  return {
    conversions,
    conversionProbability: cleanFraction(conversionProbability),
    rows: rows.sort((one, other) => other.conversions - one.conversions),
  };
}
