import { setTimeout as pause } from 'node:timers/promises';

/** Between an attempt that failed and the next. A server that starts or is crowded gets this much peace. */
const restMilliseconds = 100;

/**
 * Attempts to connect to a server; shared by all pools of connections to it. Once one has failed, they are made one at a time,
 * with a rest between them, and what comes of each goes for all callers who wait meanwhile. To refuse a connection, too, the
 * server starts a process: callers who come again and again would keep it from getting ready.
 */
export class Attempts {
  readonly #pause: (milliseconds: number) => Promise<unknown>;
  /** After the latest attempt, if it failed. */
  #rest: Promise<unknown> | null = null;
  /** Of the caller whose turn it is, as long as the latest attempt failed. */
  #next: Promise<unknown> | null = null;

  constructor(wait: (milliseconds: number) => Promise<unknown> = pause) {
    this.#pause = wait;
  }

  /** Answers what `connect` does, or fails as the attempt of another caller did. */
  async make<Connection>(connect: () => Promise<Connection>): Promise<Connection> {
    while (this.#rest !== null) {
      if (this.#next === null) return this.#makeNext(this.#rest, connect);
      await this.#next;
    }
    return this.#try(connect);
  }

  async #makeNext<Connection>(
    rest: Promise<unknown>,
    connect: () => Promise<Connection>,
  ): Promise<Connection> {
    const next = rest.then(() => this.#try(connect));
    this.#next = next;
    try {
      return await next;
    } finally {
      this.#next = null;
    }
  }

  async #try<Connection>(connect: () => Promise<Connection>): Promise<Connection> {
    try {
      const connection = await connect();
      this.#rest = null;
      return connection;
    } catch (error) {
      this.#rest = this.#pause(restMilliseconds);
      throw error;
    }
  }
}
