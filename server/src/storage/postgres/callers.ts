interface Caller<Connection> extends PromiseWithResolvers<Connection> {
  readonly bound: NodeJS.Timeout;
}

/** Those who wait for a connection, in the order in which they came. */
export class Callers<Connection> {
  readonly #waiting = new Set<Caller<Connection>>();

  get count(): number {
    return this.#waiting.size;
  }

  /** Fails with what `reasonOf` gives after so many milliseconds, unless the caller's turn has come before. */
  wait(milliseconds: number, reasonOf: () => unknown): Promise<Connection> {
    const bound = setTimeout(() => {
      this.#waiting.delete(caller);
      caller.reject(reasonOf());
    }, milliseconds).unref();
    const caller = { ...Promise.withResolvers<Connection>(), bound };
    this.#waiting.add(caller);
    return caller.promise;
  }

  /** Whose turn it is, and who no longer waits; null if nobody does. */
  next(): Pick<Caller<Connection>, 'resolve' | 'reject'> | null {
    const [caller = null] = this.#waiting;
    if (caller === null) return null;
    this.#waiting.delete(caller);
    clearTimeout(caller.bound);
    return caller;
  }
}
