import type { AttributionSettings } from '../domain/attribution-settings.ts';
import type { CreditQuestion, CreditSum, Span } from '../domain/credit-sum.ts';
import type { Dimension } from '../domain/dimension.ts';

/** What reports read. */
export interface ReportReads {
  /** The version of the attribution settings that credits are in force by, and what it says. */
  creditsInForce(organizationId: string): Promise<CreditsInForce>;
  creditSums(organizationId: string, question: CreditQuestion): Promise<readonly CreditSum[]>;
  /** How many customers have a credit by any of the models, by the dates of their conversions; of single credits only. */
  creditedCustomers(organizationId: string, question: CreditQuestion): Promise<readonly CreditedCustomers[]>;
  /** The currencies in which there are credits by this version, ordered. */
  creditCurrencies(organizationId: string, settingsVersion: number): Promise<readonly string[]>;
  /** What was spent in spans of days, by what it was spent on. */
  spendSums(organizationId: string, currency: string, days: readonly Span[]): Promise<readonly SpendSum[]>;
}

export interface CreditsInForce {
  readonly settingsVersion: number;
  readonly settings: AttributionSettings;
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
