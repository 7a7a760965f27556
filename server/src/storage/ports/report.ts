import type { AttributionModel } from '../../domain/attribution-models.ts';
import type { AttributionSettings } from '../../domain/attribution-settings.ts';
import type { CreditQuestion, CreditSums, Period, Span, TupleGroups } from '../../domain/credit-sum.ts';
import type { Dimension } from '../../domain/dimension.ts';
import type { OfflineConversion, SharedKey } from '../../domain/offline-conversion.ts';
import type { PathTable } from '../../domain/path-table.ts';
import type { Cohorts } from '../../domain/published-report.ts';

/** What reports read. */
export interface ReportReads {
  /** The version of the attribution settings whose credits are in force, with its content. */
  creditsInForce(organizationId: string): Promise<CreditsInForce>;
  creditSums(organizationId: string, question: CreditQuestion): Promise<CreditSums>;
  /**
   * How many customers have a credit by any of the models, by the dates of their conversions. Only for questions about
   * moments, since roll-ups do not know customers.
   */
  creditedCustomers(organizationId: string, question: CreditQuestion): Promise<readonly CreditedCustomers[]>;
  /** The currencies that have credits by this version: those with more of them first, those with as many in alphabetical order. */
  creditCurrencies(organizationId: string, settingsVersion: number): Promise<readonly string[]>;
  /** The keys of all tuples. */
  tupleKeys(organizationId: string): Promise<readonly number[]>;
  /** The most frequent paths to conversions. */
  journeys(organizationId: string, question: JourneyQuestion): Promise<JourneySums>;
  /** All paths of a period: those that led to conversions in it, and those of customers with touches in it but no conversion. */
  paths(organizationId: string, question: PathQuestion): Promise<ReadPaths>;
  /** For each cohort of customers by first payment: what they paid, and how many they are. */
  cohorts(organizationId: string, question: CohortQuestion): Promise<Cohorts>;
  /** Spend in spans of days, by its dimensions. */
  spendSums(organizationId: string, currency: string, days: readonly Span[]): Promise<readonly SpendSum[]>;
  /** Conversions with those credited touches that have click ids, by time of conversion; `limit` at most. */
  offlineConversions(
    organizationId: string,
    question: OfflineQuestion,
  ): Promise<readonly OfflineConversion[]>;
}

export interface OfflineQuestion {
  readonly settingsVersion: number;
  readonly model: AttributionModel;
  readonly period: Period;
  /** Whether the period is that of the conversions or of their refunds. */
  readonly basis: 'conversion' | 'refund';
  /** Which key is checked for being shared by several conversions; null for none. */
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
  /** A model that credits each conversion to a single touch. */
  readonly model: AttributionModel;
  /** Of first payments. */
  readonly period: Period;
  /** Of any payments: one follows the other, and the first begins with the period or before it. */
  readonly spans: readonly Span[];
  readonly groups: TupleGroups;
}

export interface PathQuestion {
  readonly currency: string;
  readonly period: Period;
  /** How many days before a conversion the settings in force look for touches. */
  readonly lookbackDays: number;
  /** Which step of a path each tuple is. The unattributed is no step. */
  readonly groups: TupleGroups;
}

/** `lookbackDays` is that of the version: an engine reads the version's credits, or finds what they are for by the days. */
export interface JourneyQuestion extends PathQuestion {
  readonly settingsVersion: number;
  /** How many paths are listed. Unattributed conversions do not count towards it. */
  readonly limit: number;
}

export interface JourneySums {
  /** The most frequent first. None has a step whose tuple is in no group. */
  readonly paths: readonly JourneySum[];
  /** Conversions without any touch, listed whatever the limit; null if there are none. */
  readonly unattributed: JourneySum | null;
  /** Of all conversions, including those of paths not listed. */
  readonly total: Omit<JourneySum, 'steps'>;
}

export interface JourneySum {
  /** Group numbers, oldest touch first; empty for conversions without touches. */
  readonly steps: readonly number[];
  readonly conversions: number;
  readonly customers: number;
  readonly revenue: bigint;
  readonly refunds: bigint;
  /** Of all conversions of the path together. */
  readonly touches: number;
  readonly milliseconds: number;
}

export interface ReadPaths {
  readonly table: PathTable;
  /** Of conversions with at least one touch. */
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
