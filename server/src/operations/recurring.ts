export interface Repeated extends AsyncDisposable {
  /** Does the work now, or again as soon as the current run ends. */
  wake(): void;
}

/**
 * Does `work` repeatedly, each time `everyMilliseconds` after the last run ended. Disposing of it signals the current run to
 * end soon, waits for it, and stops.
 */
export function repeatedly(
  work: (ending: AbortSignal) => Promise<void>,
  { everyMilliseconds, onError }: { everyMilliseconds: number; onError: (error: unknown) => void },
): Repeated {
  const ending = new AbortController();
  let isUnderWay = false;
  let isWanted = false;
  let underWay = Promise.resolve();
  let timer: NodeJS.Timeout;
  const run = (): void => {
    clearTimeout(timer);
    isWanted = false;
    isUnderWay = true;
    underWay = work(ending.signal)
      .catch(onError)
      .finally(() => {
        isUnderWay = false;
        if (ending.signal.aborted) return;
        if (isWanted) run();
        else wait();
      });
  };
  const wait = (): void => {
    timer = setTimeout(run, everyMilliseconds).unref();
  };
  wait();
  return {
    wake() {
      isWanted = true;
      if (!isUnderWay && !ending.signal.aborted) run();
    },
    async [Symbol.asyncDispose]() {
      ending.abort();
      clearTimeout(timer);
      await underWay;
    },
  };
}
