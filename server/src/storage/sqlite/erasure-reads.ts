import type { ErasureReads } from '../ports/erasure.ts';
import { answering } from './answering.ts';
import { readErasureLog } from './erasure-log.ts';
import type { Readers } from './readers.ts';

/** Reads of erasures, in the database and in the log beside it. */
export function createErasureReads(path: string, { erasures, interning }: Readers): ErasureReads {
  return {
    erasures: answering((organizationId, after, limit) =>
      erasures.list(interning.organization(organizationId), after, limit),
    ),
    customerNames: answering((organizationId, source, after, limit) =>
      erasures.names(interning.organization(organizationId), source, after, limit),
    ),
    loggedErasures: async () => readErasureLog(path),
  };
}
