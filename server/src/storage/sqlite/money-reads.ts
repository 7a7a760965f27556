import type { Collection, Page } from '../../domain/collection.ts';
import type { OwnedConversion } from '../../domain/conversion.ts';
import type { ConversionQuery } from '../../domain/conversion-query.ts';
import type { SpendEntry, SpendQuery } from '../../domain/spend.ts';
import type { MoneyReads } from '../ports/money.ts';
import { keptCreditVersionOf } from '../rows/credit.ts';
import { answering } from './answering.ts';
import type { Connection } from './connection.ts';
import type { ReaderThread } from './reader-thread.ts';
import type { Readers } from './readers.ts';
import { listSpend } from './spend.ts';

/** Lists run on their thread; everything else is read here. */
export function createMoneyReads(connection: Connection, readers: Readers, lists: ReaderThread): MoneyReads {
  const { interning, conversions, jobs, settingVersions, creditVersions } = readers;
  return {
    conversion: answering((organizationId, conversionId) =>
      conversions.find(interning.organization(organizationId), conversionId),
    ),
    conversions: (...parameters) => lists.read('conversions', parameters),
    refunds: answering((organizationId, conversionId, page) => {
      const organization = interning.organization(organizationId);
      return connection.snapshot(() => conversions.refunds(organization, conversionId, page));
    }),
    attributionSettings: answering((organizationId, version) =>
      settingVersions.find(interning.organization(organizationId), 'attribution-settings', version),
    ),
    creditVersions: answering((organizationId) =>
      creditVersions.all({ organizationId: interning.organization(organizationId) }).map(keptCreditVersionOf),
    ),
    job: answering((organizationId, jobId) => jobs.find(interning.organization(organizationId), jobId)),
    jobIds: (...parameters) => lists.read('jobIds', parameters),
    unfinishedJobs: answering((organizationId) => jobs.unfinished(interning.organization(organizationId))),
    spend: (...parameters) => lists.read('spend', parameters),
  };
}

export function listConversions(
  readers: Readers,
  organizationId: string,
  query: ConversionQuery,
): Collection<OwnedConversion> {
  return readers.conversions.list(readers.interning.organization(organizationId), query);
}

/** Going from one job to the next reads the whole of it, with its result. */
export function listJobIds(readers: Readers, organizationId: string, page: Page): Collection<string> {
  return readers.jobs.list(readers.interning.organization(organizationId), page);
}

export function listSpendOf(
  connection: Connection,
): (readers: Readers, organizationId: string, query: SpendQuery) => Collection<SpendEntry> {
  return (readers, organizationId, query) =>
    listSpend(connection, readers.interning.organization(organizationId), query);
}
