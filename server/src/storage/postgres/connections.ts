import type { PoolClient } from 'pg';
import type { Failure } from '../../domain/failure.ts';
import { type LateCause, type UnavailableCause, unavailableFor } from '../causes.ts';
import type { PoolUse } from '../statistics.ts';
import { breakOff, ClientPool } from './client-pool.ts';
import { ConnectionLost, isLate, isOutdated, isUnavailable, translateError } from './errors.ts';
import { Losses, type Silence } from './losses.ts';
import { type Manner, type Manners, mannersOf } from './manners.ts';
import { numericTypes } from './numeric-types.ts';
import { Pulse } from './pulse.ts';
import { Session } from './session.ts';
import type { Arguments, Statement } from './statement.ts';
import { timeLimits, usualIdleTimeoutMilliseconds } from './time-limits.ts';
import { type Reach, reachCommands } from './wall.ts';
import type { Patience } from './watch.ts';

export interface ConnectionsOptions {
  readonly url: string;
  /** Whether statements are prepared by name, which connections then remember. */
  readonly prepares: boolean;
  /** Whether the tables are distributed over the nodes of a cluster. */
  readonly isDistributed: boolean;
  readonly maximum: number;
  readonly statementTimeoutMilliseconds: number;
  /**
   * The cause reported for a statement that took longer; by default that the storage is too slow, as is true where few rows
   * are read.
   */
  readonly lateCause?: LateCause;
  /** Whether the server checks during a statement that its client is still there: cheap, and useful for long statements. */
  readonly watchesClient?: boolean;
  readonly connectTimeoutMilliseconds?: number;
  /** How long all may take that is sent at once, if that is longer than a statement may. */
  readonly stepTimeoutMilliseconds?: number;
  /** How long after the server's own time limit a missing answer means that the connection is lost. */
  readonly graceMilliseconds?: number;
  /** After how long without any answer further calls are refused at once; infinite where calls may take long. */
  readonly patienceMilliseconds?: number;
  /** Shared by all pools of connections to the same server. */
  readonly losses?: Losses;
  /** How long a transaction may do nothing, where something slow happens between its statements. */
  readonly idleTimeoutMilliseconds?: number;
  /** How values are read; by default as `numericTypes`. */
  readonly types?: typeof numericTypes;
}

const maximumWaiting = 10_000;
const usualConnectTimeoutMilliseconds = 3_000;
const usualGraceMilliseconds = 500;

/** Calls that have waited this long are given up once another connection has proved silent. */
const longWaitMilliseconds = 300;

/**
 * A bounded number of connections. Every request runs in a transaction, with limits of time and reach that end with it:
 * nothing but prepared statements stays on a connection, so that a pooler may stand in between.
 */
export class Connections {
  readonly #pool: ClientPool;
  readonly #prepares: boolean;
  readonly #manners: Manners;
  readonly #maximum: number;
  readonly #limits: string;
  readonly #pulse: Pulse;
  readonly #losses: Losses;
  readonly #connectTimeoutMilliseconds: number;
  readonly #patience: Patience;
  readonly #lateCause: LateCause | undefined;
  /** The connections in use, with `performance.now()` when they were taken. */
  readonly #takenMilliseconds = new Map<PoolClient, number>();
  #refused = 0;
  #closing: Promise<void> | null = null;

  constructor({
    url,
    prepares,
    isDistributed,
    maximum,
    statementTimeoutMilliseconds,
    lateCause,
    watchesClient = false,
    connectTimeoutMilliseconds = usualConnectTimeoutMilliseconds,
    stepTimeoutMilliseconds = statementTimeoutMilliseconds,
    graceMilliseconds = usualGraceMilliseconds,
    patienceMilliseconds = Number.POSITIVE_INFINITY,
    losses = new Losses(),
    idleTimeoutMilliseconds = usualIdleTimeoutMilliseconds,
    types = numericTypes,
  }: ConnectionsOptions) {
    this.#losses = losses;
    this.#connectTimeoutMilliseconds = connectTimeoutMilliseconds;
    this.#patience = {
      statementMilliseconds: statementTimeoutMilliseconds,
      silentMilliseconds: statementTimeoutMilliseconds + graceMilliseconds,
      answerMilliseconds: Math.max(statementTimeoutMilliseconds, stepTimeoutMilliseconds) + graceMilliseconds,
    };
    this.#lateCause = lateCause;
    losses.onSilence((of) => this.#giveUpWaiting(of));
    this.#pulse = new Pulse(patienceMilliseconds);
    this.#prepares = prepares;
    this.#manners = mannersOf(isDistributed);
    this.#maximum = maximum;
    this.#limits = timeLimits({ statementTimeoutMilliseconds, watchesClient, idleTimeoutMilliseconds });
    this.#pool = new ClientPool({
      attempts: losses.attempts,
      connectionString: url,
      max: maximum,
      connectionTimeoutMillis: connectTimeoutMilliseconds,
      types,
    });
  }

  /** Runs one statement that looks rows up by key, on its own snapshot, in one round trip. */
  async read<Row>(reach: Reach, statement: Statement<Row>, values: Arguments): Promise<Row[]> {
    return this.#within(this.#manners.lookingUp, reach, async (session) => {
      const rows = session.all(statement, values);
      const [answered, committed] = await Promise.allSettled([rows, session.commit()]);
      if (answered.status === 'rejected') throw answered.reason;
      if (committed.status === 'rejected') throw committed.reason;
      return answered.value;
    });
  }

  /** Runs `body`, whose statements look rows up by key, on one snapshot. */
  async lookUp<Result>(reach: Reach, body: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#committed(this.#manners.lookingUp, reach, body);
  }

  /** Runs `body` on one snapshot. Its statements may be of any kind, including lists and counts. */
  async snapshot<Result>(reach: Reach, body: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#committed(this.#manners.listing, reach, body);
  }

  /** Runs `body` in a transaction and commits it; an error rolls it back. */
  async transaction<Result>(reach: Reach, body: (session: Session) => Promise<Result>): Promise<Result> {
    return this.#committed(this.#manners.writing, reach, body);
  }

  get use(): Omit<PoolUse, 'name'> {
    const { total, idle, waiting } = this.#pool.use;
    return { maximum: this.#maximum, busy: total - idle, idle, waiting, refused: this.#refused };
  }

  /** Aborts what is under way: nobody waits for the answers any more, and they could take their whole time. */
  close(): Promise<void> {
    this.#closing ??= this.#pool.close((client) => this.#takenMilliseconds.has(client));
    return this.#closing;
  }

  #committed<Result>(
    manner: Manner,
    reach: Reach,
    body: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    return this.#within(manner, reach, async (session) => {
      const result = await body(session);
      await session.commit();
      return result;
    });
  }

  async #within<Result>(
    manner: Manner,
    reach: Reach,
    body: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    if (this.#pulse.isStill) throw this.#refusal('out-of-reach');
    if (this.#pool.use.waiting >= maximumWaiting) throw this.#refusal('too-many-calls');
    this.#pulse.begin();
    // Two messages: Citus repeats to its nodes the whole message in which it finds a SET LOCAL.
    const commands = [manner.begin, `${this.#limits}; ${manner.plans}; ${reachCommands(reach)}`];
    try {
      const result = await this.#transact(commands, body).catch((error: unknown) => {
        // Writers decide for themselves whether to try again.
        if (manner === this.#manners.writing || !isOutdated(error)) throw error;
        return this.#transact(commands, body);
      });
      this.#pulse.end(true);
      return result;
    } catch (error) {
      this.#pulse.end(false);
      throw this.#lateCause !== undefined && isLate(error) ? unavailableFor(this.#lateCause) : error;
    }
  }

  async #transact<Result>(
    commands: readonly string[],
    body: (session: Session) => Promise<Result>,
  ): Promise<Result> {
    const client = await this.#connect();
    const lastHeard = (): number => this.#pool.heardMilliseconds(client);
    const session = new Session({ client, prepares: this.#prepares, patience: this.#patience, lastHeard });
    this.#takenMilliseconds.set(client, performance.now());
    for (const command of commands) session.sendCommand(command);
    try {
      const result = await body(session);
      client.release();
      return result;
    } catch (error) {
      if (error instanceof ConnectionLost) this.#noteLoss(error);
      if (isOutdated(error)) this.#losses.note();
      await this.#abandon(client, session, error);
      throw error;
    } finally {
      this.#takenMilliseconds.delete(client);
    }
  }

  /** What took too long on a server that answers is no sign of anything else. */
  #noteLoss({ givenUp }: ConnectionLost): void {
    if (givenUp === null) this.#losses.note();
    else if (givenUp !== 'slow') this.#losses.noteSilence(givenUp);
  }

  /**
   * Fails calls that have waited long for an answer: they would fail later anyway. What takes long by its own size may still
   * be answered if only a commit was not.
   */
  #giveUpWaiting(of: Silence): void {
    if (of === 'uncommitted' && this.#lateCause !== undefined) return;
    const longAgo = performance.now() - longWaitMilliseconds;
    for (const [client, takenMilliseconds] of this.#takenMilliseconds) {
      if (takenMilliseconds < longAgo) breakOff(client);
    }
  }

  /** A connection that reported the storage as unavailable is not reused: it may lead to a server that has retired. */
  async #abandon(client: PoolClient, session: Session, error: unknown): Promise<void> {
    if (isOutdated(error) || isUnavailable(error)) {
      // A goodbye to a silent server would wait for its answer.
      if (error instanceof ConnectionLost) breakOff(client);
      client.release(true);
      return;
    }
    const undone = await session.rollBack().then(
      () => true,
      () => false,
    );
    client.release(!undone);
  }

  /** After the loss of a server, older connections are not trusted either: they may be dead without a sign. */
  async #connect(): Promise<PoolClient> {
    for (;;) {
      const client = await this.#takeConnection();
      const isTrusted = this.#pool.madeMilliseconds(client) > this.#losses.lastMilliseconds;
      if (isTrusted && this.#closing === null) return client;
      breakOff(client);
      client.release(true);
    }
  }

  async #takeConnection(): Promise<PoolClient> {
    const isNew = this.#pool.makesConnections;
    const askedMilliseconds = performance.now();
    try {
      return await this.#pool.connect();
    } catch (error) {
      const tookLong = performance.now() - askedMilliseconds >= this.#connectTimeoutMilliseconds / 2;
      // No connection became free in time, though none was lost.
      if (!isNew && tookLong && this.#losses.lastMilliseconds < askedMilliseconds) {
        throw this.#refusal('too-many-calls');
      }
      this.#refused += 1;
      // The server may have given a reason, such as too many connections.
      if (translateError(error) !== error) throw error;
      // If it does not answer a new connection, waiting for older ones is pointless too.
      if (isNew && tookLong) this.#losses.note();
      throw new ConnectionLost(error);
    }
  }

  #refusal(cause: UnavailableCause): Failure {
    this.#refused += 1;
    return unavailableFor(cause);
  }
}
