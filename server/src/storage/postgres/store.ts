import { Failure } from '../../domain/failure.ts';
import { Backlog } from '../backlog.ts';
import { customerWriteKinds } from '../customer-writes.ts';
import { addEach } from '../import-writes.ts';
import type { BuiltCredits } from '../ports/money.ts';
import type { StoreStatistics } from '../statistics.ts';
import type { Commit, Reads, Store, StoreRole, WriteInput, WriteKind, WriteOutput } from '../store.ts';
import { type Committed, type Outcome, runBatch } from './batch.ts';
import { CallCounts } from './call-counts.ts';
import { CommitLanes } from './commit-lanes.ts';
import { Connections } from './connections.ts';
import { type CustomerWrite, customersNamedBy, needsHistory, standsAlone } from './customer-write.ts';
import { isOutdated, isPassing, translateError, translateErrorOfOne } from './errors.ts';
import { Losses } from './losses.ts';
import { openDatabase } from './migrations.ts';
import { Names } from './names.ts';
import { poolLimits } from './pool-limits.ts';
import { Probe } from './probe.ts';
import { createReads } from './reads.ts';
import type { Session } from './session.ts';
import type { SettingWriteKind } from './setting-write-kinds.ts';
import { settingWrites } from './setting-writes.ts';
import { readSharedTime } from './shared-time.ts';
import { TableGrowth } from './table-growth.ts';
import { ofNoOrganization } from './wall.ts';

export interface PostgresStoreOptions {
  readonly url: string;
  /** Whether statements are prepared by name, which some poolers do not support. */
  readonly prepares: boolean;
  /** A server may migrate older tables; an operator's command only creates new ones. */
  readonly role: StoreRole;
  /** How long a statement may take, including waiting for others, before its call fails with `unavailable`. */
  readonly statementTimeoutMilliseconds?: number;
  /** Told in a sentence about each thing that works but should be fixed. */
  readonly onWarning?: (sentence: string) => void;
}

interface QueuedWrite {
  readonly kind: WriteKind;
  readonly input: WriteInput<WriteKind>;
}

const maximumBatch = 256;
const maximumWaiting = 10_000;
const attempts = 5;
/**
 * How many writes on an organization's settings run at once, each in its own transaction: a stalled organization must not
 * take all connections.
 */
const settingsAtOnce = 2;
/** The lane for writes of no organization; organization ids are never empty. */
const operatorsLane = '';

/** Opens the engine on a PostgreSQL server, creating or migrating its tables. Fails with a plain sentence. */
export async function openPostgresStore({
  url,
  prepares,
  role,
  statementTimeoutMilliseconds,
  onWarning,
}: PostgresStoreOptions): Promise<Store> {
  const { warnings, isDistributed, watchesClients } = await openDatabase(url, role);
  for (const sentence of warnings) onWarning?.(sentence);
  const own = statementTimeoutMilliseconds === undefined ? {} : { statementTimeoutMilliseconds };
  const losses = new Losses();
  const common = { url, prepares, isDistributed, losses };
  const long = { ...common, watchesClient: watchesClients };
  const pools = {
    reading: new Connections({ ...common, ...poolLimits.reading, ...own }),
    listing: new Connections({ ...long, ...poolLimits.listing, ...own }),
    reporting: new Connections({ ...long, ...poolLimits.reporting, ...own }),
    // What is given up here still holds the organization's turn until the server notices.
    writing: new Connections({ ...long, ...poolLimits.writing, ...own }),
    probing: new Connections({ ...common, ...poolLimits.probing }),
  };
  return new PostgresStore(pools, new Probe(pools.probing, losses));
}

interface Pools {
  readonly reading: Connections;
  readonly listing: Connections;
  readonly reporting: Connections;
  readonly writing: Connections;
  readonly probing: Connections;
}

class PostgresStore implements Store {
  readonly read: Reads;
  readonly sharedCalls: CallCounts;
  readonly sharedTime: NonNullable<Store['sharedTime']>;
  readonly #pools: Pools;
  readonly #probe: Probe;
  readonly #names: Names;
  /** The writes on customers, by organization. */
  readonly #lanes: CommitLanes<CustomerWrite, unknown>;
  /** All other writes, by organization. */
  readonly #settingLanes: CommitLanes<QueuedWrite, unknown>;
  readonly #backlog = new Backlog(maximumWaiting);
  readonly #growth: TableGrowth;
  readonly #listeners: ((commit: Commit) => void)[] = [];
  #committedWrites = 0;
  #commitCount = 0;
  #retriedTransactions = 0;

  constructor(pools: Pools, probe: Probe) {
    this.#pools = pools;
    this.#probe = probe;
    const { reading, listing, reporting, writing } = pools;
    this.#names = new Names(reading);
    this.#growth = new TableGrowth(reporting);
    this.#lanes = new CommitLanes({
      commit: async (batch) => answersOf(await this.#commitInParts(batch)),
      maximumBatch,
      backlog: this.#backlog,
    });
    this.#settingLanes = new CommitLanes({
      commit: async (batch) => answersOf(await Promise.all(batch.map((write) => this.#commitSetting(write)))),
      maximumBatch: settingsAtOnce,
      backlog: this.#backlog,
    });
    this.read = createReads({ reading, listing, reporting }, this.#names);
    this.sharedCalls = new CallCounts(writing, this.#names, this.#backlog);
    this.sharedTime = () => readSharedTime(reading);
  }

  write<Kind extends WriteKind>(kind: Kind, input: WriteInput<Kind>): Promise<WriteOutput<Kind>> {
    const write = { kind, input };
    if (isOfMany(write)) return addEach(write.input, (one) => this.write('addTouch', one)) as never;
    const written = isOnCustomers(write)
      ? this.#lanes.write(write.input.organizationId, write)
      : this.#settingLanes.write(settingLaneOf(write), write);
    return written as Promise<WriteOutput<Kind>>;
  }

  onCommit(listener: (commit: Commit) => void): void {
    this.#listeners.push(listener);
  }

  statistics(): StoreStatistics {
    const since = earliestWait(this.#lanes, this.#settingLanes);
    return {
      waitingWrites: this.#backlog.waiting,
      oldestWaitSeconds: since === null ? 0 : (performance.now() - since) / 1000,
      refusedWrites: this.#backlog.refused,
      committedWrites: this.#committedWrites,
      commits: this.#commitCount,
      retriedTransactions: this.#retriedTransactions,
      pools: [
        { name: 'reading', ...this.#pools.reading.use },
        { name: 'listing', ...this.#pools.listing.use },
        { name: 'reporting', ...this.#pools.reporting.use },
        { name: 'writing', ...this.#pools.writing.use },
      ],
      readQueues: [],
    };
  }

  probe(): Promise<void> {
    return this.#probe.ask();
  }

  breakOff(): void {
    for (const each of Object.values<Connections>({ ...this.#pools })) void each.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#growth.close();
    await Promise.all([this.#lanes.close(), this.#settingLanes.close(), this.sharedCalls.close()]);
    await Promise.all(Object.values(this.#pools).map((each: Connections) => each.close()));
  }

  /** In order; writes that need histories are kept apart from others. */
  async #commitInParts(batch: readonly CustomerWrite[]): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = [];
    for (const part of partsOf(batch)) outcomes.push(...(await this.#commitCustomers(part)));
    return outcomes;
  }

  async #commitCustomers(batch: readonly CustomerWrite[]): Promise<readonly Outcome[]> {
    try {
      return await this.#committed(() => runBatch(this.#pools.writing, this.#names, batch));
    } catch (error) {
      const translated = translateError(error);
      if (translated instanceof Failure) return batch.map(() => ({ error: translated }));
      if (batch.length === 1) return [{ error: translateErrorOfOne(error) }];
      // An unexpected error: on its own, the write that caused it cannot fail the others.
      const outcomes: Outcome[] = [];
      for (const write of batch) outcomes.push(...(await this.#commitCustomers([write])));
      return outcomes;
    }
  }

  async #commitSetting(queued: QueuedWrite): Promise<Outcome> {
    const { kind, input } = queued;
    // The types were checked where the write was requested: kind and input match.
    const write = settingWrites[kind as SettingWriteKind] as (
      session: Session,
      input: WriteInput<WriteKind>,
      names: Names,
    ) => Promise<unknown>;
    try {
      const [outcome] = await this.#committed(() =>
        this.#pools.writing.transaction(ofNoOrganization, async (session) => ({
          outcomes: [{ output: await write(session, input, this.#names) }] as const,
          organizationIds: [],
        })),
      );
      if (kind === 'buildCredits' && (outcome.output as BuiltCredits).isFinished) this.#growth.noteBuild();
      return outcome;
    } catch (error) {
      return { error: translateErrorOfOne(error) };
    }
  }

  /** Runs the transaction of a batch and reports its commit. */
  async #committed<Outcomes extends readonly Outcome[]>(
    transaction: () => Promise<Committed & { readonly outcomes: Outcomes }>,
  ): Promise<Outcomes> {
    const start = performance.now();
    const { outcomes, organizationIds } = await this.#repeated(transaction);
    const seconds = (performance.now() - start) / 1000;
    this.#commitCount += 1;
    this.#growth.note(outcomes.length);
    this.#committedWrites += outcomes.filter((outcome) => 'output' in outcome).length;
    const commit = { writes: outcomes.length, organizationIds, seconds };
    for (const listener of this.#listeners) listener(commit);
    return outcomes;
  }

  /**
   * Runs a transaction, again while the server rolls it back in favour of another, and once more if prepared statements are
   * outdated.
   */
  async #repeated<Result>(transaction: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1, outdated = 0; ; attempt++) {
      try {
        return await transaction();
      } catch (error) {
        if (isOutdated(error)) outdated += 1;
        const isOutdatedFirst = isOutdated(error) && outdated === 1;
        if (attempt === attempts || !(isPassing(error) || isOutdatedFirst)) throw error;
        this.#retriedTransactions += 1;
      }
    }
  }
}

/** Long writes have a lane of their own, so that no change of settings waits for them. */
function settingLaneOf({ kind, input }: QueuedWrite): string {
  if ('organizationId' in input) {
    const isLong = kind === 'buildCredits' || kind === 'dropCredits';
    return isLong ? `${input.organizationId} credits` : input.organizationId;
  }
  return 'key' in input && 'organizationId' in input.key ? input.key.organizationId : operatorsLane;
}

function earliestWait(...lanes: readonly Pick<CommitLanes<never, unknown>, 'waitingSinceMilliseconds'>[]) {
  const since = lanes.map((lane) => lane.waitingSinceMilliseconds).filter((each) => each !== null);
  return since.length === 0 ? null : Math.min(...since);
}

function answersOf(outcomes: readonly Outcome[]): readonly (() => unknown)[] {
  return outcomes.map((outcome) => () => unwrap(outcome));
}

function partsOf(batch: readonly CustomerWrite[]): readonly (readonly CustomerWrite[])[] {
  if (!batch.some((write) => needsHistory(write) || standsAlone(write))) return [batch];
  const parts: CustomerWrite[][] = [];
  for (const write of batch) {
    const part = parts.at(-1);
    if (part !== undefined && goesWith(write, part)) part.push(write);
    else parts.push([write]);
  }
  return parts;
}

/** Histories are read as stored, so only writes on the histories of different customers share a part. */
function goesWith(write: CustomerWrite, part: readonly CustomerWrite[]): boolean {
  if (standsAlone(write) || part.some(standsAlone)) return false;
  if (!needsHistory(write)) return !part.some(needsHistory);
  const [customerId] = customersNamedBy(write);
  return part.every((other) => needsHistory(other) && !customersNamedBy(other).includes(customerId ?? ''));
}

const kindsOnCustomers: ReadonlySet<WriteKind> = new Set(customerWriteKinds);

function isOnCustomers(write: QueuedWrite): write is CustomerWrite {
  return kindsOnCustomers.has(write.kind);
}

function isOfMany(write: QueuedWrite): write is { kind: 'addTouches'; input: WriteInput<'addTouches'> } {
  return write.kind === 'addTouches';
}

function unwrap(outcome: Outcome): unknown {
  if ('error' in outcome) throw outcome.error;
  return outcome.output;
}
