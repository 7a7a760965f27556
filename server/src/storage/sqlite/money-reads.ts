import type { MoneyReads } from '../ports/money.ts';
import { keptCreditVersionOf } from '../rows/credit.ts';
import { answering } from './answering.ts';
import type { Connection } from './connection.ts';
import type { ReaderThread } from './reader-thread.ts';
import type { Readers } from './readers.ts';

/** Lists run on their thread; everything else is read here. */
export function createMoneyReads(connection: Connection, readers: Readers, lists: ReaderThread): MoneyReads {
  const { interning, conversions, jobs, creditVersions } = readers;
  return {
    conversion: answering((organizationId, conversionId) =>
      conversions.find(interning.organization(organizationId), conversionId),
    ),
    conversions: (...parameters) => lists.read('conversions', parameters),
    refunds: answering((organizationId, conversionId, page) => {
      const organization = interning.organization(organizationId);
      return connection.snapshot(() => conversions.refunds(organization, conversionId, page));
    }),
    creditVersions: answering((organizationId) =>
      creditVersions.all({ organizationId: interning.organization(organizationId) }).map(keptCreditVersionOf),
    ),
    job: answering((organizationId, jobId) => jobs.find(interning.organization(organizationId), jobId)),
    jobPlaces: (...parameters) => lists.read('jobPlaces', parameters),
    jobsBetween: answering((organizationId, oldestId, newestId) =>
      jobs.between(interning.organization(organizationId), oldestId, newestId),
    ),
    jobOrganizations: answering(() => readers.organizations.withJobs()),
    unfinishedJobs: answering((organizationId) => jobs.unfinished(interning.organization(organizationId))),
    spend: (...parameters) => lists.read('spend', parameters),
  };
}
