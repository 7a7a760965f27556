import type { ReportReads } from '../ports/report.ts';
import type { ReadOn } from './readers.ts';

/** The port's reads, as the thread for reports runs them. */
export const longReportReads: { readonly [Kind in keyof ReportReads]: ReadOn<Kind> } = {
  creditsInForce: ({ reports, interning }, organizationId) =>
    reports.inForce(interning.organization(organizationId)),
  creditSums: ({ reports, interning }, organizationId, question) =>
    reports.creditSums(interning.organization(organizationId), question),
  creditedCustomers: ({ reports, interning }, organizationId, question) =>
    reports.creditedCustomers(interning.organization(organizationId), question),
  creditCurrencies: ({ reports, interning }, organizationId, settingsVersion) =>
    reports.currencies(interning.organization(organizationId), settingsVersion),
  tupleKeys: ({ reports, interning }, organizationId) =>
    reports.tupleKeys(interning.organization(organizationId)),
  journeys: ({ reports, interning }, organizationId, question) =>
    reports.journeys(interning.organization(organizationId), question),
  paths: ({ reports, interning }, organizationId, question) =>
    reports.paths(interning.organization(organizationId), question),
  cohorts: ({ reports, interning }, organizationId, question) =>
    reports.cohorts(interning.organization(organizationId), question),
  spendSums: ({ reports, interning }, organizationId, currency, days) =>
    reports.spendSums(interning.organization(organizationId), currency, days),
  offlineConversions: ({ reports, interning }, organizationId, question) =>
    reports.offlineConversions(interning.organization(organizationId), question),
};
