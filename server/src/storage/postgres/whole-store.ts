import { Connections } from './connections.ts';
import { translateError } from './errors.ts';
import { openDatabase, type Role } from './migrations.ts';
import { exactTypes } from './numeric-types.ts';

export interface WholeStoreAccess {
  readonly url: string;
  readonly role: Role;
  readonly prepares: boolean;
  readonly onWarning?: (sentence: string) => void;
}

/** A batch takes far less; a server that is silent for this long counts as lost. */
const statementTimeoutMilliseconds = 120_000;
/** Between two statements a file is read or written, whose disk may stand still for a while. */
const idleTimeoutMilliseconds = 120_000;

/** Reads or fills a whole store, over one connection that takes its time and reads every integer exactly. */
export async function withWholeStore<Result>(
  { url, role, prepares, onWarning }: WholeStoreAccess,
  work: (connections: Connections) => Promise<Result>,
): Promise<Result> {
  const { warnings, isDistributed } = await openDatabase(url, role);
  for (const sentence of warnings) onWarning?.(sentence);
  const limits = { maximum: 1, statementTimeoutMilliseconds, idleTimeoutMilliseconds, types: exactTypes };
  const connections = new Connections({ url, prepares, isDistributed, ...limits });
  try {
    return await work(connections);
  } catch (error) {
    throw translateError(error);
  } finally {
    await connections.close();
  }
}
