import type { Connection } from '../../src/storage/sqlite/connection.ts';
import { type LongRead, longReads } from '../../src/storage/sqlite/long-reads.ts';
import { createReaders } from '../../src/storage/sqlite/readers.ts';
import { createWrites, runWrite } from '../../src/storage/sqlite/writes.ts';
import type { Store, WriteInput, WriteKind } from '../../src/storage/store.ts';

/**
 * What comes before writes: before some of them the same one and the one before, in transactions that are rolled back with or
 * without being settled; or, before each, only what follows a rollback.
 */
export type ComesFirst = 'lost attempts' | 'forgetting' | 'nothing';

/** What a loss leaves behind is not to be undone by the next. */
const losesEvery = 3;

/** A store whose threads' work is done here, on the connection; the short reads are left to the other one. */
export function inThisThread(
  store: Store,
  connection: Connection,
  comesFirst: ComesFirst = 'nothing',
): Store {
  const readers = createReaders(connection);
  const { writes, settle, forget } = createWrites(connection, () => undefined);
  type Asked = readonly [WriteKind, WriteInput<WriteKind>];
  const lose = ([kind, input]: Asked, isSettled: boolean): void => {
    try {
      connection.transaction(() => {
        runWrite(writes, kind, input);
        if (isSettled) settle();
        throw new Error('lost');
      });
    } catch {
      // What is refused the second time is lost all the same.
      forget();
    }
  };
  let last: Asked | null = null;
  let asks = 0;
  const read = new Proxy(store.read, {
    get: (reads, kind) => {
      const long = longReads[kind as LongRead] as ((...all: readonly unknown[]) => unknown) | undefined;
      if (long === undefined) return Reflect.get(reads, kind);
      return async (...parameters: readonly unknown[]) => long(readers, ...parameters);
    },
  });
  const write = async (...asked: Asked) => {
    if (comesFirst !== 'nothing') forget();
    const isLosing = comesFirst === 'lost attempts' && ++asks % losesEvery === 0;
    for (const lost of isLosing ? [asked, last ?? asked] : []) {
      lose(lost, true);
      lose(lost, false);
    }
    last = asked;
    return connection.transaction(() => {
      const output = runWrite(writes, ...asked);
      settle();
      return output;
    });
  };
  return { read, write, sharedCalls: null } as unknown as Store;
}
