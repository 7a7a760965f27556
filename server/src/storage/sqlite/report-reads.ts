import type { ReportReads } from '../report-store.ts';
import type { ReaderThread } from './reader-thread.ts';

/** Reports are read on a thread of their own: they may look at every credit, and neither writes nor lists wait for them. */
export function createReportReads(thread: ReaderThread): ReportReads {
  return {
    creditsInForce: (...parameters) => thread.read('creditsInForce', parameters),
    creditSums: (...parameters) => thread.read('creditSums', parameters),
    creditedCustomers: (...parameters) => thread.read('creditedCustomers', parameters),
    creditCurrencies: (...parameters) => thread.read('creditCurrencies', parameters),
    spendSums: (...parameters) => thread.read('spendSums', parameters),
  };
}
