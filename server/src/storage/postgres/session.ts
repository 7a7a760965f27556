import { nextTick } from 'node:process';
import { DatabaseError, type PoolClient, type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { bind } from '../parameter.ts';
import { arrayLiteral } from './array-literal.ts';
import { breakOff } from './client-pool.ts';
import { ConnectionLost, type GivenUp } from './errors.ts';
import type { Argument, Arguments, Statement } from './statement.ts';
import { type Reach, reachCommands } from './wall.ts';
import { type Patience, Watch } from './watch.ts';

/** The SQLSTATE of a notice that is not a warning. */
const allWell = '00000';

function toBeSent(value: Argument | readonly Argument[]): Argument | readonly Argument[] {
  return Array.isArray(value) ? (arrayLiteral(value) ?? value) : value;
}

interface SessionOptions {
  readonly client: PoolClient;
  /** Whether statements are prepared by name. */
  readonly prepares: boolean;
  readonly patience: Patience;
  /** When the server last sent something on the connection, by `performance.now()`. */
  readonly lastHeard: () => number;
}

/** Talks to one connection within one transaction. What is sent without waiting shares a round trip. */
export class Session {
  readonly #client: PoolClient;
  readonly #prepares: boolean;
  readonly #watch: Watch;
  readonly #sent: Promise<unknown>[] = [];
  #failure: Error | null = null;
  #gathers = false;
  #unanswered = 0;
  #commits = false;

  constructor({ client, prepares, patience, lastHeard }: SessionOptions) {
    this.#client = client;
    this.#prepares = prepares;
    this.#watch = new Watch(patience, lastHeard, (why) => this.#giveUp(why));
  }

  async all<Row>(statement: Statement<Row>, values: Arguments): Promise<Row[]> {
    return (await this.#ask(statement, values)).rows as Row[];
  }

  async get<Row>(statement: Statement<Row>, values: Arguments): Promise<Row | undefined> {
    return (await this.all(statement, values))[0];
  }

  /** Returns the number of rows changed. */
  async run(statement: Statement<unknown>, values: Arguments): Promise<number> {
    return (await this.#ask(statement, values)).rowCount ?? 0;
  }

  /** Sends a statement without waiting for it; the commit fails if it fails. */
  send(statement: Statement<unknown>, values: Arguments): void {
    this.#keep(this.#ask(statement, values));
  }

  /** Sends a statement whose answer is read after the commit, which fails if it fails. */
  ask<Row>(statement: Statement<Row>, values: Arguments): Promise<Row[]> {
    const answer = this.all(statement, values);
    this.#keep(answer);
    return answer;
  }

  /** Sends a command that takes no values and leaves nothing on the connection. */
  sendCommand(text: string): void {
    this.#keep(this.#settled(this.#tell(text)));
  }

  /** From here on the transaction can reach what `reach` names, and no organization that it could reach before. */
  enter(reach: Reach): void {
    this.sendCommand(reachCommands(reach));
  }

  /**
   * Commits after everything sent. Fails with the transaction's first error, in which case nothing was stored; after
   * `ConnectionLost` that is unknown.
   */
  async commit(): Promise<void> {
    const warnings: object[] = [];
    const heed = (notice: { readonly code: string | undefined }): void => {
      if (notice.code !== allWell) warnings.push(notice);
    };
    this.#client.on('notice', heed);
    this.#commits = true;
    const committed = this.#settled(this.#tell('COMMIT'));
    const outcomes = await Promise.allSettled([...this.#sent, committed]);
    this.#client.off('notice', heed);
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    // If a commit is made to stop waiting for its standby, it is answered as if it had waited, with a warning.
    if (warnings.length > 0) throw new ConnectionLost(warnings[0]);
    // A transaction that has failed answers COMMIT by rolling back, without an error.
    if ((await committed).command !== 'COMMIT') throw new Error('The transaction was rolled back.');
  }

  async rollBack(): Promise<void> {
    await this.#settled(this.#tell('ROLLBACK'));
  }

  #keep(answer: Promise<unknown>): void {
    // The rejection surfaces in `commit`, or does not matter after another error.
    answer.catch(() => undefined);
    this.#sent.push(answer);
  }

  #ask<Row>({ name, text, places }: Statement<Row>, values: Arguments): Promise<QueryResult> {
    const asked = { text, values: bind(places, values).map(toBeSent) };
    return this.#settled(this.#tell(this.#prepares && name !== null ? { ...asked, name } : asked));
  }

  #tell(query: string | QueryConfig): Promise<QueryResult> {
    this.#gather();
    this.#watch.begin();
    this.#unanswered += 1;
    return this.#client.query(query);
  }

  #giveUp(why: GivenUp): void {
    const isOfCommit = why === 'silent' && this.#commits && this.#unanswered === 1;
    this.#failure ??= new ConnectionLost(null, isOfCommit ? 'uncommitted' : why);
    breakOff(this.#client);
  }

  /** Holds back what this turn sends until its end: one system call and one packet instead of one per statement. */
  #gather(): void {
    if (this.#gathers) return;
    this.#gathers = true;
    const { stream } = this.#client.connection;
    stream.cork();
    nextTick(() => {
      this.#gathers = false;
      stream.uncork();
    });
  }

  /**
   * Anything but a report from the server is a failure of the connection. Statements sent after a failed one fail with its
   * error, since the server only says that the transaction had failed.
   */
  async #settled<Row extends QueryResultRow>(answer: Promise<QueryResult<Row>>): Promise<QueryResult<Row>> {
    try {
      return await answer;
    } catch (error) {
      this.#failure ??= error instanceof DatabaseError ? error : new ConnectionLost(error);
      throw this.#failure;
    } finally {
      this.#watch.end();
      this.#unanswered -= 1;
    }
  }
}
