import type { Once } from '../../domain/idempotency.ts';
import type { Instant } from '../../domain/time.ts';
import { Backlog } from '../backlog.ts';
import { GroupCommit } from '../group-commit.ts';
import { keptAnswer } from '../queries/idempotency.ts';
import { keptOutputOf } from '../rows/idempotency.ts';
import type { StoreStatistics } from '../statistics.ts';
import type { Commit, Reads, Store, WriteInput, WriteKind, WriteOutput } from '../store.ts';
import { createAffiliateReads } from './affiliate.ts';
import { answering } from './answering.ts';
import { Connection, query } from './connection.ts';
import { createErasureReads } from './erasure-reads.ts';
import { isOfTouches, keptOf, receivedTouches, sizeOf } from './imported-touches.ts';
import { createMoneyReads } from './money-reads.ts';
import { type Outcome, type QueuedWrite, unwrap } from './outcome.ts';
import { ReadTurn } from './read-turn.ts';
import { ReaderThread } from './reader-thread.ts';
import { createReaders } from './readers.ts';
import { createReportReads } from './report-reads.ts';
import { createSettingVersionReads } from './setting-version-reads.ts';
import { createWebhookReads } from './webhook-reads.ts';
import type { WriterThread } from './writer-thread.ts';

const maximumBatch = 256;
/** The writing thread merges the batches that wait for it: the more it finds, the fewer commits. */
const maximumUnderWay = 8;
/** With this many writes, it starts while this thread still reads the requests that arrived with them. */
const enough = 12;
const maximumWaiting = 10_000;
const reportPatienceMilliseconds = 60_000;
const jobPatienceMilliseconds = 600_000;

export interface OpenedFile {
  readonly path: string;
  /** Held as long as a server uses the file. */
  readonly lock: Disposable | null;
  readonly writer: WriterThread;
  readonly onWarning: (sentence: string) => void;
}

/** The embedded engine on an open file, claimed if a server uses it. */
export class SqliteStore implements Store {
  readonly read: Reads;
  /** Only one server can use the file. */
  readonly sharedCalls = null;
  readonly sharedTime = null;
  readonly #lock: Disposable | null;
  readonly #connection: Connection;
  readonly #threads: ReadThreads;
  readonly #turn: ReadTurn;
  readonly #writer: WriterThread;
  readonly #commits: GroupCommit<QueuedWrite, unknown>;
  readonly #backlog = new Backlog(maximumWaiting);
  readonly #listeners: ((commit: Commit) => void)[] = [];
  #committedWrites = 0;
  #commitCount = 0;

  constructor({ path, lock, writer, onWarning }: OpenedFile) {
    this.#lock = lock;
    this.#writer = writer;
    this.#connection = new Connection({ path, readOnly: true });
    const common = { path, onWarning };
    const ofReports = { ...common, lateCause: 'long-report' } as const;
    this.#threads = {
      lists: new ReaderThread(common),
      histories: new ReaderThread(common),
      reports: new ReaderThread({ ...ofReports, patienceMilliseconds: reportPatienceMilliseconds }),
      jobs: new ReaderThread({ ...ofReports, patienceMilliseconds: jobPatienceMilliseconds }),
    };
    const commit = (batch: readonly QueuedWrite[]) => this.#commit(batch);
    this.#commits = new GroupCommit({
      commit,
      maximumBatch,
      sizeOf,
      maximumUnderWay,
      enough,
      backlog: this.#backlog,
    });
    this.#turn = new ReadTurn(this.#connection);
    this.read = createReads(path, this.#connection, this.#turn, this.#threads);
  }

  write<Kind extends WriteKind>(kind: Kind, input: WriteInput<Kind>): Promise<WriteOutput<Kind>> {
    return this.#commits.write({ kind, input }) as Promise<WriteOutput<Kind>>;
  }

  onCommit(listener: (commit: Commit) => void): void {
    this.#listeners.push(listener);
  }

  statistics(): StoreStatistics {
    const since = this.#commits.waitingSinceMilliseconds;
    return {
      waitingWrites: this.#backlog.waiting,
      oldestWaitSeconds: since === null ? 0 : (performance.now() - since) / 1000,
      refusedWrites: this.#backlog.refused,
      committedWrites: this.#committedWrites,
      commits: this.#commitCount,
      retriedTransactions: 0,
      pools: [],
      readQueues: [
        { name: 'lists', ...this.#threads.lists.use },
        { name: 'histories', ...this.#threads.histories.use },
        { name: 'reports', ...this.#threads.reports.use },
        { name: 'jobs', ...this.#threads.jobs.use },
      ],
    };
  }

  async probe(): Promise<void> {
    await answering(() => this.#connection.pragma('user_version'))();
    await this.#writer.probe();
  }

  breakOff(): void {
    for (const each of Object.values<ReaderThread>({ ...this.#threads })) void each.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#commits.close();
    await Promise.all(Object.values(this.#threads).map((thread) => thread.close()));
    this.#turn.run();
    this.#connection[Symbol.dispose]();
    await this.#writer.close();
    this.#lock?.[Symbol.dispose]();
  }

  async #commit(batch: readonly QueuedWrite[]): Promise<readonly (() => unknown)[]> {
    const { outcomes, commits } = await this.#writer.commit(batch);
    this.#commitCount += commits.length;
    this.#committedWrites += outcomes.reduce((sum, each, place) => sum + keptOf(batch[place], each), 0);
    for (const commit of commits) for (const listener of this.#listeners) listener(commit);
    return outcomes.map((outcome, place) => () => outputOf(batch[place], outcome));
  }
}

function outputOf(write: QueuedWrite | undefined, outcome: Outcome): unknown {
  const output = unwrap(outcome);
  return write !== undefined && isOfTouches(write) ? receivedTouches(output) : output;
}

/** Lists, which may examine every customer, have their own thread, so that no customer's history waits for one. */
interface ReadThreads {
  readonly lists: ReaderThread;
  readonly histories: ReaderThread;
  /** A report may examine every credit. */
  readonly reports: ReaderThread;
  readonly jobs: ReaderThread;
}

/**
 * Point reads run here on their own connection, those of customers together with all that arrive in the same turn; lists and
 * histories go to their threads. Reads of several statements use a snapshot, since the writing thread may commit between two
 * of them.
 */
function createReads(path: string, connection: Connection, turn: ReadTurn, threads: ReadThreads): Reads {
  const readers = createReaders(connection);
  const { interning } = readers;
  return {
    customer: (organizationId, customerId) =>
      turn.join(() => {
        const organization = interning.findOrganization(organizationId);
        return organization === null ? null : readers.customers.find(organization, customerId);
      }),
    ...createListReads(threads.lists),
    ...createAffiliateReads(threads.reports),
    ...createReportReads(threads.reports, threads.jobs),
    touches: (...parameters) => threads.histories.read('touches', parameters),
    touchesByGivenId: (...parameters) => threads.histories.read('touchesByGivenId', parameters),
    ...createSettingVersionReads(readers),
    ...createErasureReads(path, readers),
    import: answering((organizationId, importId) =>
      readers.imports.find(interning.organization(organizationId), importId),
    ),
    undoingOrganizations: answering(() => readers.organizations.undoing()),
    importsToUndo: answering((organizationId) =>
      readers.imports.toUndo(interning.organization(organizationId)),
    ),
    importedTouches: (...parameters) => threads.histories.read('importedTouches', parameters),
    timeline: (...parameters) => threads.histories.read('timeline', parameters),
    visitorLinks: (...parameters) => threads.histories.read('visitorLinks', parameters),
    outputOnce: answering(
      <Kind extends WriteKind>(organizationId: string, _kind: Kind, once: Once, now: Instant) => {
        const asked = keptAnswer(query, interning.organization(organizationId), once);
        return keptOutputOf<WriteOutput<Kind>>(connection.all(asked)[0], once, now);
      },
    ),
    answerOrganizations: answering((before) => readers.organizations.withOldAnswers(before)),
    organization: answering((organizationId) => readers.organizations.find(organizationId)),
    organizations: answering(() => readers.organizations.list()),
    apiKeyBySecret: answering((secretHash) => readers.apiKeys.findBySecret(secretHash)),
    apiKey: answering((organizationId, keyId) => {
      const organization = interning.findOrganization(organizationId);
      return organization === null ? null : readers.apiKeys.find(organization, keyId);
    }),
    signingKeys: answering(() => readers.signingKeys.list()),
    ...createMoneyReads(connection, readers, threads.lists),
    ...createWebhookReads(connection, readers, threads.lists),
  };
}

/** Reads that may examine any number of rows, at once or page by page. */
function createListReads(lists: ReaderThread) {
  return {
    customers: (...parameters) => lists.read('customers', parameters),
    touchCounts: (...parameters) => lists.read('touchCounts', parameters),
    tuples: (...parameters) => lists.read('tuples', parameters),
    exportPage: (...parameters) => lists.read('exportPage', parameters),
    heldPage: (...parameters) => lists.read('heldPage', parameters),
    imports: (...parameters) => lists.read('imports', parameters),
    apiKeys: (...parameters) => lists.read('apiKeys', parameters),
    settingChanges: (...parameters) => lists.read('settingChanges', parameters),
    agedTouches: (...parameters) => lists.read('agedTouches', parameters),
    agedVisitorCount: (...parameters) => lists.read('agedVisitorCount', parameters),
    importedTouchCount: (...parameters) => lists.read('importedTouchCount', parameters),
  } satisfies Partial<Reads>;
}
