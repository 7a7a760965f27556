export interface Repeated extends AsyncDisposable {
  /** Does the work now, or once more after what is under way. */
  wake(): void;
}

/**
 * Does `work` again and again, each time so long after the end of the last. Disposing of it tells what is under way to
 * end soon, by the signal, waits for it and ends it.
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
