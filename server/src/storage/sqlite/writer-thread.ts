import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../domain/failure.ts';
import { type Committed, type Outcome, type QueuedWrite, unwrap, type WriterMessage } from './messages.ts';

export interface WriterThreadOptions {
  readonly path: string;
  readonly mayMigrate: boolean;
  readonly onFatal: (reason: string) => void;
}

/** The service's end of the thread that writes. One batch is under way at a time. */
export class WriterThread {
  readonly #worker: Worker;
  readonly #onFatal: (reason: string) => void;
  #underWay: PromiseWithResolvers<Committed> | null = null;
  #probing: PromiseWithResolvers<Outcome> | null = null;
  #ended: string | null = null;

  /** Answers when the file is open and migrated; fails with the reason where it cannot be. */
  static async start({ path, mayMigrate, onFatal }: WriterThreadOptions): Promise<WriterThread> {
    const worker = new Worker(new URL('./writer.ts', import.meta.url), { workerData: { path, mayMigrate } });
    try {
      await once(worker, 'message');
    } catch (error) {
      // Its connection is closed with it: until then the file is still in use.
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

  commit(batch: readonly QueuedWrite[]): Promise<Committed> {
    if (this.#ended !== null) return Promise.reject(cannotWrite());
    this.#underWay = Promise.withResolvers();
    this.#worker.postMessage(batch);
    return this.#underWay.promise;
  }

  /** Answers, behind the batch under way, if a transaction could begin; fails with `unavailable` where none can. */
  async probe(): Promise<void> {
    if (this.#ended !== null) throw cannotWrite();
    if (this.#probing === null) {
      this.#probing = Promise.withResolvers();
      this.#worker.postMessage('probe');
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
    else if ('outcomes' in message) this.#underWay?.resolve(message);
    else if ('probed' in message) this.#probed(message.probed);
  }

  #probed(outcome: Outcome): void {
    this.#probing?.resolve(outcome);
    this.#probing = null;
  }

  #end(reason: string): void {
    if (this.#ended !== null) return;
    this.#ended = reason;
    this.#underWay?.reject(cannotWrite());
    this.#probing?.reject(cannotWrite());
    this.#onFatal(reason);
  }
}

function cannotWrite(): Failure {
  return new Failure('unavailable', 'The storage cannot write.');
}
