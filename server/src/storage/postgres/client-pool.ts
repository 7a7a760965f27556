import { Socket } from 'node:net';
import { Client, type ClientConfig, Pool, type PoolClient } from 'pg';
import type { Attempts } from './attempts.ts';

export interface ClientPoolOptions extends ClientConfig {
  readonly max: number;
  readonly attempts: Attempts;
}

/** A pool that keeps connections for reuse and knows each of them from the attempt to connect until its end. */
export class ClientPool {
  readonly #pool: Pool;
  readonly #attempts: Attempts;
  readonly #all = new Set<Client>();
  readonly #waiting = new Set<() => void>();
  /** By `performance.now()`. */
  readonly #madeMilliseconds = new WeakMap<PoolClient, number>();
  readonly #heardMilliseconds = new WeakMap<PoolClient, number>();
  /** One for each caller who waits for another's attempt to connect. */
  readonly #heldBack = new Set<object>();

  constructor({ attempts, ...options }: ClientPoolOptions) {
    this.#attempts = attempts;
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
    this.#pool.on('connect', (client) => {
      client.on('error', () => undefined);
      this.#madeMilliseconds.set(client, performance.now());
      client.connection.stream.on('data', () => this.#heardMilliseconds.set(client, performance.now()));
    });
  }

  get use(): { readonly total: number; readonly idle: number; readonly waiting: number } {
    const { totalCount: total, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { total, idle, waiting: waiting + this.#heldBack.size };
  }

  /** Whether the next caller gets a connection of its own: otherwise one is idle, or will be given back. */
  get makesConnections(): boolean {
    const { totalCount, idleCount, options } = this.#pool;
    return idleCount === 0 && totalCount < options.max;
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
    if (!this.makesConnections) return this.#pool.connect();
    const place = {};
    this.#heldBack.add(place);
    const connect = (): Promise<PoolClient> => {
      this.#heldBack.delete(place);
      return this.#pool.connect();
    };
    return this.#attempts.make(connect).finally(() => this.#heldBack.delete(place));
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
