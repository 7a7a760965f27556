import type { Store } from '../storage/store.ts';

const pruneDelayMilliseconds = 200;

/**
 * Empties the outbox. While there is no webhook that an event could go to, an event has done its duty once it is
 * committed, and is dropped soon after; so are those that an earlier process left.
 */
export function keepOutboxEmpty(store: Store, onError: (error: unknown) => void): Disposable {
  let timer: NodeJS.Timeout | null = null;
  let isPruning = false;
  let isDueAgain = false;
  let isDisposed = false;
  const prune = async (): Promise<void> => {
    for (const { id: organizationId } of await store.read.organizations()) {
      const isEmpty = (await store.read.events(organizationId, 1)).length === 0;
      if (!isEmpty) await store.write('pruneEvents', { organizationId, upToKey: null });
    }
  };
  const run = async (): Promise<void> => {
    timer = null;
    isPruning = true;
    await prune().catch(onError);
    isPruning = false;
    if (isDueAgain) schedule();
  };
  const schedule = (): void => {
    if (isDisposed) return;
    // An event may be committed behind the back of what prunes; its own commit is heard, too, and finds nothing left.
    isDueAgain = isPruning;
    if (!isPruning) timer ??= setTimeout(() => void run(), pruneDelayMilliseconds).unref();
  };
  store.onCommit(schedule);
  schedule();
  return {
    [Symbol.dispose]: () => {
      isDisposed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
