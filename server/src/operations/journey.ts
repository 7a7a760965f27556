import type { Dimension } from '../domain/dimension.ts';
import type { Principal } from '../domain/principal.ts';
import type { JourneySum, JourneySums } from '../storage/store.ts';
import type { Channels } from './channel.ts';
import type { OperationContext } from './context.ts';
import { awaitedStore } from './reporting/awaited-store.ts';
import { reportCurrency } from './reporting/currency.ts';
import { type AskedPeriod, type ResolvedPeriod, resolvePeriod } from './reporting/period.ts';
import { withSteadyCredits } from './reporting/steady-credits.ts';
import { creditedSteps } from './reporting/tuple-steps.ts';

export interface JourneyRequest extends AskedPeriod {
  readonly dimension: Dimension;
  /** Null to take the only one. */
  readonly currency: string | null;
  readonly limit: number;
}

export interface JourneyRow extends Omit<JourneySum, 'steps' | 'customers'> {
  readonly kind: 'path' | 'unattributed' | 'other';
  /** A value for each touch, oldest first. */
  readonly path: readonly (string | null)[];
  /** Null for the rest, whose customers may also have taken listed paths. */
  readonly customers: number | null;
}

export interface JourneyReport {
  readonly currency: string | null;
  readonly period: ResolvedPeriod;
  readonly settingsVersion: number;
  readonly channelRulesVersion: number;
  readonly rows: readonly JourneyRow[];
  readonly totals: Omit<JourneySum, 'steps'>;
}

export type JourneyReportOperations = ReturnType<typeof createJourneyReportOperations>;

export function createJourneyReportOperations(
  { store }: Pick<OperationContext, 'store'>,
  channels: Channels,
) {
  return {
    /** The most frequent paths to conversions. Fails with `invalid` for an impossible period or currency. */
    report(
      { organization }: Principal,
      request: JourneyRequest,
      ending?: AbortSignal,
    ): Promise<JourneyReport> {
      const awaited = awaitedStore(store, ending);
      return withSteadyCredits(awaited, organization.id, async (inForce) => {
        const { settingsVersion, settings } = inForce;
        const period = resolvePeriod(request, settings);
        const currency = await reportCurrency(awaited, organization.id, settingsVersion, request.currency);
        const { channelOf, rulesVersion: channelRulesVersion } = await channels.of(organization.id);
        const versions = { settingsVersion, channelRulesVersion };
        if (currency === null) return { ...versions, currency, period, rows: [], totals: nothing };
        const { start, end } = period;
        const asked = { currency, period: { start, end } };
        const stepped = { ...asked, dimension: request.dimension };
        const { values, groups } = await creditedSteps(awaited, organization.id, inForce, stepped, channelOf);
        const { lookbackDays } = settings;
        const question = { ...asked, settingsVersion, lookbackDays, groups, limit: request.limit };
        const sums = await awaited.read.journeys(organization.id, question);
        return { ...versions, currency, period, rows: rowsOf(sums, values), totals: sums.total };
      });
    },
  };
}

const nothing: JourneyReport['totals'] = {
  conversions: 0,
  customers: 0,
  revenue: 0n,
  refunds: 0n,
  touches: 0,
  milliseconds: 0,
};

/** By rank, with the rest and then the unattributed last. */
function rowsOf(
  { paths, unattributed, total }: JourneySums,
  values: readonly (string | null)[],
): readonly JourneyRow[] {
  const rows = paths.map(
    ({ steps, ...sum }): JourneyRow => ({
      ...sum,
      kind: 'path',
      path: steps.map((step) => values[step] ?? null),
    }),
  );
  const alone = unattributed === null ? [] : [unattributed];
  const rest = without(total, [...paths, ...alone]);
  if (rest.conversions > 0) rows.push({ ...rest, kind: 'other', path: [], customers: null });
  for (const { steps: _none, ...sum } of alone) rows.push({ ...sum, kind: 'unattributed', path: [] });
  return rows;
}

/** What is left of a sum. The customers of the rest cannot be counted. */
function without(
  { customers: _all, ...total }: JourneySums['total'],
  parts: readonly JourneySum[],
): Omit<JourneySum, 'steps' | 'customers'> {
  const rest = { ...total };
  for (const part of parts) {
    rest.conversions -= part.conversions;
    rest.revenue -= part.revenue;
    rest.refunds -= part.refunds;
    rest.touches -= part.touches;
    rest.milliseconds -= part.milliseconds;
  }
  return rest;
}
