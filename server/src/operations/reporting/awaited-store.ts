import type { OperationContext } from '../context.ts';

type ReadingStore = Pick<OperationContext['store'], 'read'>;

/**
 * The store, for an answer that is awaited until `ending`: each read that would be asked for after that fails with its reason.
 * Many reads, each within its own time limit, could otherwise go on for nobody.
 */
export function awaitedStore({ read }: ReadingStore, ending: AbortSignal | undefined): ReadingStore {
  if (ending === undefined) return { read };
  const awaited: typeof read = new Proxy(read, {
    get(reads, name) {
      ending.throwIfAborted();
      return Reflect.get(reads, name);
    },
  });
  return { read: awaited };
}
