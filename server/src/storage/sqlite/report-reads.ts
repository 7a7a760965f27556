import type { ReportReads } from '../ports/report.ts';
import type { ReaderThread } from './reader-thread.ts';

/**
 * Reports run on their own thread, since they may examine every credit: neither writes nor lists wait for them. The reads of
 * jobs take even longer and run on yet another.
 */
export function createReportReads(thread: ReaderThread, jobs: ReaderThread): ReportReads {
  return {
    creditsInForce: (...parameters) => thread.read('creditsInForce', parameters),
    creditSums: (...parameters) => thread.read('creditSums', parameters),
    creditedCustomers: (...parameters) => thread.read('creditedCustomers', parameters),
    creditCurrencies: (...parameters) => thread.read('creditCurrencies', parameters),
    tupleKeys: (...parameters) => thread.read('tupleKeys', parameters),
    journeys: (...parameters) => thread.read('journeys', parameters),
    paths: (...parameters) => jobs.read('paths', parameters),
    cohorts: (...parameters) => thread.read('cohorts', parameters),
    spendSums: (...parameters) => thread.read('spendSums', parameters),
    offlineConversions: (...parameters) => thread.read('offlineConversions', parameters),
  };
}
