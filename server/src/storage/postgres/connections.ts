import { Pool, type PoolClient, types } from 'pg';
import { Failure } from '../../domain/failure.ts';
import type { PoolUse } from '../store.ts';
import { ConnectionLost, isPassing, translateError } from './errors.ts';
import { Session } from './session.ts';
import type { Arguments, Statement } from './statement.ts';
import { type Reach, reachCommands } from './wall.ts';

export interface ConnectionsOptions {
  readonly url: string;
  /** Whether statements are prepared under names, which a connection then keeps. */
  readonly prepares: boolean;
  readonly maximum: number;
  readonly statementTimeoutMilliseconds: number;
  readonly connectTimeoutMilliseconds?: number;
  /** How much longer than the server's own limit an answer may take before the connection counts as lost. */
  readonly graceMilliseconds?: number;
}

const maximumWaiting = 10_000;
const usualConnectTimeoutMilliseconds = 5_000;
const usualGraceMilliseconds = 5_000;
/** A process that stops in the middle of a transaction must not hold up the others. */
const idleTimeoutMilliseconds = 5_000;

const bigintType = 20;

/** Every bigint that is kept is a safe integer. */
export const numericTypes = {
  getTypeParser: ((typeId: number, format?: 'text') =>
    typeId === bigintType ? Number : types.getTypeParser(typeId, format)) as typeof types.getTypeParser,
};

/** Made anew each time, for the values at hand. */
const plansForValues = 'SET LOCAL plan_cache_mode = force_custom_plan';

/**
 * Made once for each connection. Rows are then looked up by whole keys and no table is passed over, however small it was
 * when the plan was made: the planner would otherwise keep what is best for an empty table while it grows.
 */
const plansByKey = [
  'SET LOCAL plan_cache_mode = force_generic_plan',
  'SET LOCAL enable_seqscan = off',
  'SET LOCAL enable_hashjoin = off',
  'SET LOCAL enable_mergejoin = off',
].join('; ');

/**
 * A bounded number of connections. All that is asked is asked in a transaction, with limits of time and of reach that
 * end with it: nothing stays on a connection but prepared statements, so that a pooler may stand in between.
 */
export class Connections {
  readonly #pool: Pool;
  readonly #prepares: boolean;
  readonly #maximum: number;
  readonly #beginListing: string;
  readonly #beginReading: string;
  readonly #beginWriting: string;
  #refused = 0;

  constructor({
    url,
    prepares,
    maximum,
    statementTimeoutMilliseconds,
    connectTimeoutMilliseconds = usualConnectTimeoutMilliseconds,
    graceMilliseconds = usualGraceMilliseconds,
  }: ConnectionsOptions) {
    this.#prepares = prepares;
    this.#maximum = maximum;
    const limits =
      `SET LOCAL statement_timeout = ${statementTimeoutMilliseconds}; ` +
      `SET LOCAL idle_in_transaction_session_timeout = ${idleTimeoutMilliseconds}`;
    const snapshot = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
    this.#beginListing = `${snapshot}; ${limits}; ${plansForValues}`;
    this.#beginReading = `${snapshot}; ${limits}; ${plansByKey}`;
    this.#beginWriting = `BEGIN ISOLATION LEVEL READ COMMITTED; ${limits}; ${plansByKey}`;
    this.#pool = new Pool({
      connectionString: url,
      max: maximum,
      connectionTimeoutMillis: connectTimeoutMilliseconds,
      query_timeout: statementTimeoutMilliseconds + graceMilliseconds,
      keepAlive: true,
      pipeline: true,
      types: numericTypes,
    });
    // Who uses a connection hears of its loss by the answers that fail; an unused one is dropped by the pool.
    this.#pool.on('error', () => undefined);
    this.#pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** One statement that looks rows up by their keys, on its own snapshot, in one round trip. */
  async read<Row>(reach: Reach, statement: Statement<Row>, values: Arguments): Promise<Row[]> {
    return this.#within(this.#beginReading, reach, async (session) => {
      const rows = session.all(statement, values);
      const [answered, committed] = await Promise.allSettled([rows, session.commit()]);
      if (answered.status === 'rejected') throw answered.reason;
      if (committed.status === 'rejected') throw committed.reason;
      return answered.value;
    });
  }

  /** Runs `body`, whose statements look rows up by their keys, on one snapshot. */
  async lookUp<Result>(reach: Reach, body: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#committed(this.#beginReading, reach, body);
  }

  /** Runs `body` on one snapshot. Its statements may be of any kind: lists and counts, too. */
  async snapshot<Result>(reach: Reach, body: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#committed(this.#beginListing, reach, body);
  }

  /** Runs `body` in a transaction and commits it; a throw rolls it back. */
  async transaction<Result>(reach: Reach, body: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#committed(this.#beginWriting, reach, body);
  }

  get use(): Omit<PoolUse, 'name'> {
    const { totalCount, idleCount: idle, waitingCount: waiting } = this.#pool;
    return { maximum: this.#maximum, busy: totalCount - idle, idle, waiting, refused: this.#refused };
  }

  async close(): Promise<void> {
    await this.#pool.end();
  }

  #committed<Result>(
    begin: string,
    reach: Reach,
    body: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    return this.#within(begin, reach, async (session) => {
      const result = await body(session);
      await session.commit();
      return result;
    });
  }

  async #within<Result>(
    begin: string,
    reach: Reach,
    body: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    const begun = `${begin}; ${reachCommands(reach)}`;
    const client = await this.#connect();
    const session = new Session(client, this.#prepares);
    session.sendCommand(begun);
    try {
      const result = await body(session);
      client.release();
      return result;
    } catch (error) {
      await this.#abandon(client, session, error);
      throw error;
    }
  }

  /** A connection after which the storage is unavailable is not used again: it may lead to a server that has retired. */
  async #abandon(client: PoolClient, session: Session, error: unknown): Promise<void> {
    if (!isPassing(error) && translateError(error) !== error) {
      client.release(true);
      return;
    }
    const undone = await session.rollBack().then(
      () => true,
      () => false,
    );
    client.release(!undone);
  }

  async #connect(): Promise<PoolClient> {
    if (this.#pool.waitingCount >= maximumWaiting) {
      this.#refused += 1;
      throw new Failure('unavailable', 'Too many calls wait for the storage.');
    }
    try {
      return await this.#pool.connect();
    } catch (error) {
      this.#refused += 1;
      throw new ConnectionLost(error);
    }
  }
}
