/**
 * Does `work` again and again, each time so long after the end of the last. Disposing of it waits for what is under way
 * and ends it.
 */
export function repeatedly(
  work: () => Promise<void>,
  { everyMilliseconds, onError }: { everyMilliseconds: number; onError: (error: unknown) => void },
): AsyncDisposable {
  let isDisposed = false;
  let underWay = Promise.resolve();
  let timer: NodeJS.Timeout;
  const wait = (): void => {
    timer = setTimeout(() => {
      underWay = work()
        .catch(onError)
        .finally(() => {
          if (!isDisposed) wait();
        });
    }, everyMilliseconds).unref();
  };
  wait();
  return {
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      clearTimeout(timer);
      await underWay;
    },
  };
}
