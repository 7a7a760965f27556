import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../domain/failure.ts';
import type { Commit } from '../store.ts';
import { batchToBeSent, receivedOutcomes } from './batch-texts.ts';
import type { Committed, WriterBeginning, WriterMessage } from './messages.ts';
import { type Outcome, type QueuedWrite, unwrap } from './outcome.ts';

export interface WriterThreadOptions extends WriterBeginning {
  readonly onFatal: (reason: string) => void;
}

/**
 * The part of the thread's heap for new objects. A batch's objects die with it: without a limit this space doubles under
 * load, makes nothing faster, and is never given back. Half as much would slow building credits down by a tenth.
 */
const youngMebibytes = 48;

/** The outcomes of a batch, with the commits it is the first to report. */
export interface CommittedBatch {
  readonly outcomes: readonly Outcome[];
  readonly commits: readonly Commit[];
}

/** The service's end of the writing thread. Batches that wait for the thread share a commit. */
export class WriterThread {
  readonly #worker: Worker;
  readonly #onFatal: (reason: string) => void;
  /** The batches under way, in order. */
  #underWay: PromiseWithResolvers<CommittedBatch>[] = [];
  #probing: PromiseWithResolvers<Outcome> | null = null;
  #ended: string | null = null;

  /** Resolves when the file is open and migrated; fails with the reason if that is impossible. */
  static async start({ onFatal, ...place }: WriterThreadOptions): Promise<WriterThread> {
    const worker = new Worker(new URL('./writer.ts', import.meta.url), {
      workerData: place,
      resourceLimits: { maxYoungGenerationSizeMb: youngMebibytes },
    });
    try {
      await once(worker, 'message');
    } catch (error) {
      // Closes its connection too: until then the file is still in use.
      await worker.terminate();
      throw error;
    }
    return new WriterThread(worker, onFatal);
  }

  private constructor(worker: Worker, onFatal: (reason: string) => void) {
    this.#worker = worker;
    this.#onFatal = onFatal;
    worker.on('message', (message: WriterMessage) => this.#hear(message));
    worker.on('error', (error) => this.#end(error instanceof Error ? error.message : String(error)));
    worker.on('exit', () => this.#end('The writing thread ended.'));
  }

  commit(batch: readonly QueuedWrite[]): Promise<CommittedBatch> {
    if (this.#ended !== null) return Promise.reject(cannotWrite());
    const committing = Promise.withResolvers<CommittedBatch>();
    // A batch that cannot be sent must not wait for an outcome: it would take that of the next one.
    this.#worker.postMessage(batchToBeSent(batch));
    this.#underWay.push(committing);
    return committing.promise;
  }

  /** Resolves, after the batches under way, if a transaction could begin; fails with `unavailable` if not. */
  async probe(): Promise<void> {
    if (this.#ended !== null) throw cannotWrite();
    if (this.#probing === null) {
      this.#worker.postMessage('probe');
      this.#probing = Promise.withResolvers();
    }
    unwrap(await this.#probing.promise);
  }

  async close(): Promise<void> {
    if (this.#ended !== null) return;
    this.#ended = 'closed';
    const exited = once(this.#worker, 'exit');
    this.#worker.postMessage('close');
    await exited;
  }

  #hear(message: WriterMessage): void {
    if ('fatal' in message) this.#end(message.fatal);
    else if ('outcomes' in message) this.#committed(message);
    else if ('probed' in message) this.#probed(message.probed);
  }

  #committed({ outcomes, commits }: Committed): void {
    const committed = this.#underWay.splice(0, outcomes.length);
    for (const [place, { resolve }] of committed.entries()) {
      resolve({ outcomes: receivedOutcomes(outcomes[place] ?? []), commits: place === 0 ? commits : [] });
    }
  }

  #probed(outcome: Outcome): void {
    this.#probing?.resolve(outcome);
    this.#probing = null;
  }

  #end(reason: string): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    for (const { reject } of this.#underWay) reject(cannotWrite());
    this.#probing?.reject(cannotWrite());
    this.#onFatal(reason);
  }
}

function cannotWrite(): Failure {
  return new Failure('unavailable', 'The storage cannot write.');
}
