import type { Store } from '../storage/store.ts';

const pruneDelayMilliseconds = 200;

/**
 * Empties the outbox. While there is no webhook that an event could go to, an event has done its duty once it is
 * committed, and is dropped soon after; so are those that an earlier process left.
 */
export function keepOutboxEmpty(store: Store, onError: (error: unknown) => void): Disposable {
  let timer: NodeJS.Timeout | null = null;
  let isPruning = false;
  const prune = async (): Promise<void> => {
    isPruning = true;
    for (const { id: organizationId } of await store.read.organizations()) {
      const isEmpty = (await store.read.events(organizationId, 1)).length === 0;
      if (!isEmpty) await store.write('pruneEvents', { organizationId, upToKey: null });
    }
  };
  const schedule = (): void => {
    if (isPruning) return;
    timer ??= setTimeout(() => {
      timer = null;
      prune()
        .catch(onError)
        .finally(() => {
          isPruning = false;
        });
    }, pruneDelayMilliseconds).unref();
  };
  store.onCommit(schedule);
  schedule();
  return {
    [Symbol.dispose]: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
