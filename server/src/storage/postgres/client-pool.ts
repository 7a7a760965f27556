import { Socket } from 'node:net';
import { Client, type ClientConfig, Pool, type PoolClient } from 'pg';
import type { Attempts } from './attempts.ts';
import { Callers } from './callers.ts';
import { isShortOfConnections } from './errors.ts';

export interface ClientPoolOptions extends ClientConfig {
  readonly max: number;
  readonly attempts: Attempts;
  /** How long a caller waits at most, and how long it may take to make a connection. */
  readonly connectionTimeoutMillis: number;
}

/**
 * A pool that keeps connections for reuse and knows each of them from the attempt to connect until its end. Whoever finds none
 * idle gets, in turn, the next that is made or becomes free.
 */
export class ClientPool {
  readonly #pool: Pool;
  readonly #attempts: Attempts;
  readonly #all = new Set<Client>();
  readonly #waiting = new Set<() => void>();
  /** By `performance.now()`. */
  readonly #madeMilliseconds = new WeakMap<PoolClient, number>();
  readonly #heardMilliseconds = new WeakMap<PoolClient, number>();
  readonly #callers = new Callers<PoolClient>();
  readonly #boundMilliseconds: number;
  /** Attempts to connect that are under way, or wait for one of another pool or caller. */
  #attempted = 0;
  /** Those that are under way. */
  #connecting = 0;
  /** What the server said to the latest attempt, if it has no more connections but those of this pool. */
  #refusal: unknown = null;

  constructor({ attempts, ...options }: ClientPoolOptions) {
    this.#attempts = attempts;
    this.#boundMilliseconds = options.connectionTimeoutMillis;
    const all = this.#all;
    class KnownClient extends Client {
      constructor(config?: ClientConfig) {
        super(config);
        all.add(this);
        this.once('end', () => all.delete(this));
      }
    }
    this.#pool = new Pool({ ...options, keepAlive: true, pipeline: true, Client: KnownClient });
    // Users of a connection learn of its loss from failing answers; the pool drops an unused one.
    this.#pool.on('error', () => undefined);
    // It tells of a connection just before it takes it back.
    this.#pool.on('release', () => queueMicrotask(() => this.#serve()));
    this.#pool.on('connect', (client) => {
      client.on('error', () => undefined);
      this.#madeMilliseconds.set(client, performance.now());
      client.connection.stream.on('data', () => this.#heardMilliseconds.set(client, performance.now()));
    });
  }

  get use(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount: total, idleCount: idle } = this.#pool;
    return { total, idle, waiting: Math.max(0, this.#callers.count - this.#connecting) };
  }

  /** Whether the next caller gets a connection of its own: otherwise one is idle, or will be given back. */
  get makesConnections(): boolean {
    return !this.#hasIdle && this.#pool.totalCount < this.#pool.options.max;
  }

  /** The pool itself has those waiting to whom it is about to give what is idle. */
  get #hasIdle(): boolean {
    return this.#pool.idleCount > this.#pool.waitingCount;
  }

  get #made(): number {
    return this.#pool.totalCount - this.#connecting;
  }

  /** Fails once the pool is closed, even for callers already waiting: the underlying pool would forget them. */
  connect(): Promise<PoolClient> {
    return new Promise((resolve, reject) => {
      const giveUp = (): void => reject(new Error('The connections are closed.'));
      const take = (client: PoolClient): void => {
        if (this.#waiting.delete(giveUp)) resolve(client);
        else client.release(true);
      };
      const fail = (error: unknown): void => {
        this.#waiting.delete(giveUp);
        reject(error);
      };
      this.#waiting.add(giveUp);
      this.#obtain().then(take, fail);
    });
  }

  #obtain(): Promise<PoolClient> {
    if (this.#callers.count === 0 && this.#hasIdle) return this.#pool.connect();
    const reasonOf = (): unknown => this.#refusal ?? new Error('No connection became free in time.');
    const client = this.#callers.wait(this.#boundMilliseconds, reasonOf);
    this.#serve();
    return client;
  }

  /** Gives what is idle to those who wait, and tries to make as many more as there may be. */
  #serve(): void {
    while (this.#callers.count > 0 && this.#hasIdle) this.#callers.next()?.resolve(this.#pool.connect());
    const places = this.#pool.options.max - this.#made - this.#attempted;
    const wanted = this.#callers.count - this.#attempted;
    for (let count = Math.min(places, wanted); count > 0; count--) void this.#attempt();
  }

  async #attempt(): Promise<void> {
    this.#attempted += 1;
    const [outcome] = await Promise.allSettled([this.#attempts.make(() => this.#make())]);
    this.#attempted -= 1;
    if (outcome.status === 'rejected') this.#refuse(outcome.reason);
    else this.#take(outcome.value);
  }

  async #make(): Promise<PoolClient> {
    this.#connecting += 1;
    try {
      return await this.#pool.connect();
    } finally {
      this.#connecting -= 1;
    }
  }

  #take(client: PoolClient): void {
    this.#refusal = null;
    const caller = this.#callers.next();
    if (caller === null) client.release();
    else caller.resolve(client);
  }

  /** Those who wait go on waiting where the server has no more connections than some that are in use here. */
  #refuse(error: unknown): void {
    if (isShortOfConnections(error) && this.#made > 0) {
      this.#refusal = error;
      this.#serve();
      return;
    }
    // The last attempt goes for all: they would come to the same server, each with an attempt of its own.
    do this.#callers.next()?.reject(error);
    while (this.#attempted === 0 && this.#callers.count > 0);
  }

  /** When a connection was made, by `performance.now()`. */
  madeMilliseconds(client: PoolClient): number {
    return this.#madeMilliseconds.get(client) ?? 0;
  }

  /** When the server last sent something on a connection, by `performance.now()`. */
  heardMilliseconds(client: PoolClient): number {
    return this.#heardMilliseconds.get(client) ?? 0;
  }

  /**
   * Destroys connections that are in use or not yet established; the others say goodbye, but a server that does not answer
   * that keeps nobody waiting.
   */
  async close(isInUse: (client: PoolClient) => boolean): Promise<void> {
    const ended = this.#pool.end();
    for (const giveUp of this.#waiting) giveUp();
    this.#waiting.clear();
    while (this.#callers.next() !== null);
    for (const client of this.#all) {
      if (isInUse(client as PoolClient) || !this.#madeMilliseconds.has(client as PoolClient))
        breakOff(client);
      else letEnd(client);
    }
    await ended;
  }
}

function letEnd({ connection }: Client): void {
  if (connection.stream instanceof Socket) connection.stream.unref();
}

/** Without a goodbye, which would wait for an answer. */
export function breakOff(client: Client | PoolClient): void {
  if (client instanceof Client) client.connection.stream.destroy();
}
