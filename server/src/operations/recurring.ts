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

/** Rounds of the same work for many organizations, of which one that fails holds the others up once. */
export class Rounds {
  /** Those for which the work failed the last time, the latest failure last. */
  readonly #failed = new Set<string>();

  /** Does the work for each, last for those for which it failed before. Ends with the first failure. */
  async go(
    organizationIds: readonly string[],
    work: (organizationId: string) => Promise<void>,
    ending?: AbortSignal,
  ): Promise<void> {
    const asked = new Set(organizationIds);
    const [before, others] = [[...this.#failed], organizationIds.filter((id) => !this.#failed.has(id))];
    for (const id of [...others, ...before.filter((failed) => asked.has(failed))]) {
      if (ending?.aborted) return;
      this.#failed.delete(id);
      try {
        await work(id);
      } catch (error) {
        this.#failed.add(id);
        throw error;
      }
    }
  }
}
