import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { tooLargeSum, type UnavailableCause, unavailableFor } from '../causes.ts';
import type { Commit } from '../store.ts';
import { outcomesToBeSent, receivedBatch, type SentBatch } from './batch-texts.ts';
import { Connection } from './connection.ts';
import { completeErasureLog, ErasureLog } from './erasure-log.ts';
import { causeOfWrite, isLostSync, isTooLargeSum } from './errors.ts';
import { isOnReadOnlyDisk } from './files.ts';
import { apart, isOfTouches, outputToBeSent, sizeOf, sizeOfAll, together } from './imported-touches.ts';
import { LogCopying } from './log-copying.ts';
import type { WriterBeginning, WriterMessage, WriterRequest } from './messages.ts';
import { migrate, migrations, pendingMigrations } from './migrations.ts';
import { type Outcome, outcomeOfError, type QueuedWrite } from './outcome.ts';
import { syncDirectoryOf } from './placing.ts';
import { Shredding } from './shredding.ts';
import { createWrites, runWrite } from './writes.ts';

/**
 * The thread with the only writing connection. Its messages are batches: all that wait go into one transaction with one
 * fsync, then their outcomes are sent back. `probe` asks whether a transaction could begin; `close` ends the thread.
 */
if (parentPort === null) throw new Error('writer.ts runs as a worker thread.');
const port = parentPort;
/** A transaction with this many writes takes no more batches. */
const writesTogether = 700;
const shredAgainMilliseconds = 500;
/** Causes that keep the disk from taking any write. A full disk still takes writes that make room. */
const unwritable: ReadonlySet<UnavailableCause> = new Set(['read-only', 'input-output-error']);
const { path, mayMigrate, mayUpdate } = workerData as WriterBeginning;

const connection = new Connection({ path, readOnly: false });
const pending = pendingMigrations(connection);
if (pending > 0) {
  const isNew = pending === migrations.length;
  if (!mayMigrate || !(isNew || mayUpdate))
    throw new Error('The database needs a newer version of the service to run on it first.');
  migrate(connection, path);
}
// SQLite syncs the names of its files too, but ignores a failure.
syncDirectoryOf(path);
if (mayUpdate) completeErasureLog(path, connection);
const shredding = new Shredding(path, connection);
const logCopying = new LogCopying(path, connection, (reason) => say({ fatal: reason }));
/** Whether the last failed transaction had such a cause, with no success since. */
let mustProve = false;
const erasureLog = new ErasureLog(path);
const { writes, settle, forget } = createWrites(connection, (erasure) => erasureLog.append([erasure]));

function say(message: WriterMessage): void {
  port.postMessage(message);
}

function runBatch(batch: readonly QueuedWrite[], commits: Commit[]): Outcome[] {
  try {
    erasureLog.takeBack();
    const start = performance.now();
    const { outcomes, organizationIds } = connection.transaction(() => {
      if (batch.some(({ kind }) => kind === 'eraseCustomer')) shredding.begin();
      const all = batch.map(({ kind, input }) => runExpecting(kind, input));
      return { outcomes: all, organizationIds: settle() };
    });
    const seconds = (performance.now() - start) / 1000;
    erasureLog.keep();
    mustProve = false;
    commits.push({ writes: sizeOfAll(batch), organizationIds, seconds });
    return outcomes;
  } catch (error) {
    forget();
    if (isLostSync(error)) throw error;
    takeBackErasures();
    const cause = causeOfWrite(error, path);
    if (cause !== null) {
      mustProve ||= unwritable.has(cause);
      return batch.map(() => outcomeOfError(unavailableFor(cause)));
    }
    const [only] = batch;
    if (batch.length > 1 || only === undefined) {
      // An unexpected error: on its own, the write that caused it cannot fail the others.
      return batch.flatMap((write) => runBatch([write], commits));
    }
    if (!isOfTouches(only) || sizeOf(only) === 1)
      return [outcomeOfError(isTooLargeSum(error) ? tooLargeSum() : error)];
    return [together(apart(only).flatMap((write) => runBatch([write], commits)))];
  }
}

/** What cannot be taken back now is before the next transaction. */
function takeBackErasures(): void {
  try {
    erasureLog.takeBack();
  } catch (error) {
    if (isLostSync(error)) throw error;
  }
}

/** A failure of the domain's rules leaves the transaction intact; any other error fails the whole batch. */
function runExpecting(kind: QueuedWrite['kind'], input: QueuedWrite['input']): Outcome {
  try {
    return { value: outputToBeSent(runWrite(writes, kind, input)) };
  } catch (error) {
    const outcome = outcomeOfError(error);
    if ('failure' in outcome) return outcome;
    throw error;
  }
}

/** After a write failed because of the disk, only a successful write proves that it can be written again. */
function probe(): Outcome {
  try {
    if (isOnReadOnlyDisk(path)) return outcomeOfError(unavailableFor('read-only'));
    connection.transaction(() => {
      if (mustProve) connection.rewriteHead();
    });
    mustProve = false;
    return { value: null };
  } catch (error) {
    if (isLostSync(error)) throw error;
    const cause = causeOfWrite(error, path);
    return outcomeOfError(cause === null ? error : unavailableFor(cause));
  }
}

/**
 * Runs after an erasure: a small file is done before the answer, a large one piece by piece between batches. Tried again
 * later while a reader uses the log or there is no room.
 */
function shred(): void {
  if (!shredding.isDue) return;
  let waitMilliseconds = 0;
  try {
    if (!shredding.goOn()) waitMilliseconds = shredAgainMilliseconds;
  } catch (error) {
    if (isLostSync(error)) throw error;
    waitMilliseconds = shredAgainMilliseconds;
  }
  if (shredding.isDue) setTimeout(shredLater, waitMilliseconds).unref();
}

function shredLater(): void {
  orEnd(shred);
}

/** Adds the batches that have arrived meanwhile. Returns the message behind them if it is not a batch. */
function takeWaiting(batches: (readonly QueuedWrite[])[], first: SentBatch): WriterRequest | null {
  let writes = add(batches, first);
  while (writes < writesTogether) {
    const next = receiveMessageOnPort(port) as { readonly message: WriterRequest } | undefined;
    if (next === undefined) return null;
    if (typeof next.message === 'string') return next.message;
    writes += add(batches, next.message);
  }
  return null;
}

/** Returns the number of writes in the batch. */
function add(batches: (readonly QueuedWrite[])[], sent: SentBatch): number {
  const batch = receivedBatch(sent);
  batches.push(batch);
  return sizeOfAll(batch);
}

function commitTogether(batches: readonly (readonly QueuedWrite[])[]): void {
  const commits: Commit[] = [];
  const all = runBatch(batches.flat(), commits);
  let end = 0;
  const outcomes = batches.map((batch) => {
    end += batch.length;
    return outcomesToBeSent(batch, all.slice(end - batch.length, end));
  });
  shred();
  say({ outcomes, commits });
  // No answer waits for this.
  logCopying.goOn();
}

/** An error ends the process, since what the disk holds is unknown. */
function orEnd(work: () => void): void {
  try {
    work();
  } catch (error) {
    say({ fatal: error instanceof Error ? error.message : String(error) });
  }
}

function hear(message: WriterRequest): void {
  if (message === 'probe') {
    orEnd(() => say({ probed: probe() }));
    return;
  }
  if (message === 'close') {
    void close();
    return;
  }
  const batches: (readonly QueuedWrite[])[] = [];
  const next = takeWaiting(batches, message);
  orEnd(() => commitTogether(batches));
  if (next !== null) hear(next);
}

async function close(): Promise<void> {
  await logCopying.close();
  connection[Symbol.dispose]();
  shredding[Symbol.dispose]();
  port.close();
}

port.on('message', hear);
// An earlier process may have ended before it was done.
if (mayMigrate) shredLater();
say({ ready: true });
