import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../domain/failure.ts';
import type { LateCause } from '../causes.ts';
import type { ReadQueueUse } from '../statistics.ts';
import type { Reads } from '../store.ts';
import type { LongRead } from './long-reads.ts';
import type { ReadAnswer, ReaderBeginning, ReaderMessage, ReadMessage } from './messages.ts';
import { unwrap } from './outcome.ts';

const maximumWaiting = 1000;
/** A list that takes longer is of no use to its caller and holds up those behind it. */
const usualPatienceMilliseconds = 20_000;

export interface ReaderThreadOptions {
  readonly path: string;
  readonly patienceMilliseconds?: number;
  /** The cause reported for a read that took longer. */
  readonly lateCause?: LateCause;
  /** Told in a sentence why the thread ended without having been closed. */
  readonly onWarning?: (sentence: string) => void;
}

/** The service's end of a thread for long reads, which is started by the first of them. */
export class ReaderThread {
  readonly #beginning: ReaderBeginning;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  readonly #onWarning: (sentence: string) => void;
  #worker: Worker | null = null;
  #lastId = 0;
  #refused = 0;
  #closing: Promise<void> | null = null;

  constructor({
    path,
    patienceMilliseconds = usualPatienceMilliseconds,
    lateCause = 'long-list',
    onWarning = () => undefined,
  }: ReaderThreadOptions) {
    const stop = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
    this.#beginning = { path, stop, patienceMilliseconds, lateCause };
    this.#onWarning = onWarning;
  }

  get use(): Omit<ReadQueueUse, 'name'> {
    return { unanswered: this.#waiting.size, refused: this.#refused };
  }

  /** Fails with `unavailable` if the read takes too long, too many wait, or the thread cannot start or ends before it answers. */
  read<Kind extends LongRead>(kind: Kind, parameters: Parameters<Reads[Kind]>): ReturnType<Reads[Kind]> {
    const refusal = this.#refusal();
    if (refusal !== null) return Promise.reject(refusal) as ReturnType<Reads[Kind]>;
    try {
      this.#worker ??= this.#start();
    } catch {
      return Promise.reject(cannotRead()) as ReturnType<Reads[Kind]>;
    }
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<unknown>();
    // Only after sending: what cannot be sent is never answered.
    this.#worker.postMessage({ id, kind, parameters } satisfies ReadMessage);
    this.#waiting.set(id, waiting);
    return waiting.promise as ReturnType<Reads[Kind]>;
  }

  /** Aborts every read, including the one under way, and ends the thread. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    Atomics.store(this.#beginning.stop, 0, 1);
    this.#rejectWaiting(stopping());
    const worker = this.#worker;
    if (worker === null) return;
    const exited = once(worker, 'exit');
    worker.postMessage('close');
    await exited;
  }

  #refusal(): Failure | null {
    if (this.#closing !== null) return stopping();
    if (this.#waiting.size < maximumWaiting) return null;
    this.#refused += 1;
    return new Failure('unavailable', 'Too many reads are waiting.');
  }

  #start(): Worker {
    const worker = new Worker(new URL('./reader.ts', import.meta.url), { workerData: this.#beginning });
    let hasStarted = false;
    worker.on('message', (message: ReaderMessage) => {
      if ('ready' in message) hasStarted = true;
      else this.#hear(message);
    });
    const end = (reason: string): void => {
      if (this.#fail(worker) && hasStarted) this.#onWarning(`A reading thread ended: ${reason}`);
    };
    worker.on('error', (error) =>
      end(error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    worker.on('exit', (code) => end(`its exit code is ${code}.`));
    return worker;
  }

  #hear({ id, outcome }: ReadAnswer): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    try {
      waiting?.resolve(unwrap(outcome));
    } catch (error) {
      waiting?.reject(error);
    }
  }

  /**
   * A thread that only reads loses nothing: the next read starts a new one, which late events of the old one must not affect.
   * Tells whether the end was unexpected.
   */
  #fail(worker: Worker): boolean {
    if (this.#worker !== worker) return false;
    this.#worker = null;
    this.#rejectWaiting(cannotRead());
    return this.#closing === null;
  }

  #rejectWaiting(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

/** A thread needs memory and a file handle, which may be available again later. */
function cannotRead(): Failure {
  return new Failure('unavailable', 'The storage cannot read.');
}

function stopping(): Failure {
  return new Failure('unavailable', 'The service stops.');
}
