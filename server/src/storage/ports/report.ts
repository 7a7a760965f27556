import type { AttributionModel } from '../../domain/attribution-models.ts';
import type { AttributionSettings } from '../../domain/attribution-settings.ts';
import type { CreditQuestion, CreditSums, Period, Span, TupleGroups } from '../../domain/credit-sum.ts';
import type { Dimension } from '../../domain/dimension.ts';
import type { CreditedConversion, SharedKey } from '../../domain/offline-conversion.ts';
import type { PathTable } from '../../domain/path-table.ts';
import type { Cohorts } from '../../domain/published-report.ts';

/** What reports read. */
export interface ReportReads {
  /** The version of the attribution settings that credits are in force by, and what it says. */
  creditsInForce(organizationId: string): Promise<CreditsInForce>;
  creditSums(organizationId: string, question: CreditQuestion): Promise<CreditSums>;
  /** How many customers have a credit by any of the models, by the dates of their conversions; of single credits only. */
  creditedCustomers(organizationId: string, question: CreditQuestion): Promise<readonly CreditedCustomers[]>;
  /** The currencies in which there are credits by this version, ordered. */
  creditCurrencies(organizationId: string, settingsVersion: number): Promise<readonly string[]>;
  /** The keys of all tuples. */
  tupleKeys(organizationId: string): Promise<readonly number[]>;
  /** The most frequent paths to conversions. */
  journeys(organizationId: string, question: JourneyQuestion): Promise<JourneySums>;
  /** All paths of a period: to conversions in it, and of customers who had touches in it but no conversion. */
  paths(organizationId: string, question: PathQuestion): Promise<ReadPaths>;
  /** What customers paid who paid first in a cohort, and how many these are. */
  cohorts(organizationId: string, question: CohortQuestion): Promise<Cohorts>;
  /** What was spent in spans of days, by what it was spent on. */
  spendSums(organizationId: string, currency: string, days: readonly Span[]): Promise<readonly SpendSum[]>;
  /** Conversions with the credited touches that have click ids, by the time of the conversion; `limit` at most. */
  offlineConversions(
    organizationId: string,
    question: OfflineQuestion,
  ): Promise<readonly CreditedConversion[]>;
}

export interface OfflineQuestion {
  readonly settingsVersion: number;
  readonly model: AttributionModel;
  readonly period: Period;
  /** Whether the conversions occurred in the period, or a refund of theirs. */
  readonly basis: 'conversion' | 'refund';
  /** Which of the keys that conversions may share is to be told of each; null for none. */
  readonly sharedKey: SharedKey | null;
  readonly limit: number;
}

export interface CreditsInForce {
  readonly settingsVersion: number;
  readonly settings: AttributionSettings;
}

export interface CohortQuestion {
  readonly settingsVersion: number;
  readonly currency: string;
  /** One that gives a conversion to one touch. */
  readonly model: AttributionModel;
  /** When customers paid first, and when whatever they paid. */
  readonly cohorts: readonly Span[];
  readonly spans: readonly Span[];
  readonly groups: TupleGroups;
}

export interface PathQuestion {
  readonly currency: string;
  readonly period: Period;
  /** How far back the settings in force look for what led to a conversion. */
  readonly lookbackDays: number;
  /** What each tuple is a step of; the unattributed is none. */
  readonly groups: TupleGroups;
}

export interface JourneyQuestion extends Omit<PathQuestion, 'lookbackDays'> {
  readonly settingsVersion: number;
  /** How many paths are told apart. What no touch led to is none of them. */
  readonly limit: number;
}

export interface JourneySums {
  /** The most frequent first. */
  readonly paths: readonly JourneySum[];
  /** Of what no touch led to, whatever the limit; null where there is nothing of it. */
  readonly unattributed: JourneySum | null;
  /** Of all conversions, those of paths not told included. */
  readonly total: Omit<JourneySum, 'steps'>;
}

export interface JourneySum {
  /** Numbers of groups, oldest touch first; none where no touch led to the conversions. */
  readonly steps: readonly number[];
  readonly conversions: number;
  readonly customers: number;
  readonly revenue: bigint;
  readonly refunds: bigint;
  /** Of all conversions together. */
  readonly touches: number;
  readonly milliseconds: number;
}

export interface ReadPaths {
  readonly table: PathTable;
  /** Of conversions that some touch led to. */
  readonly revenue: bigint;
}

export interface CreditedCustomers {
  readonly bucket: number;
  readonly group: number;
  readonly customers: number;
}

export type SpendSum = { readonly [Of in Dimension]: string | null } & {
  readonly bucket: number;
  readonly amount: bigint;
};
