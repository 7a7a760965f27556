import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Failure } from '../../domain/failure.ts';
import type { Reads } from '../store.ts';
import { type LongRead, type ReadAnswer, type ReadMessage, unwrap } from './messages.ts';

const maximumWaiting = 1000;

/** The service's end of the thread for long reads, which starts with the first of them. */
export class ReaderThread {
  readonly #path: string;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #worker: Worker | null = null;
  #lastId = 0;

  constructor(path: string) {
    this.#path = path;
  }

  read<Kind extends LongRead>(kind: Kind, parameters: Parameters<Reads[Kind]>): ReturnType<Reads[Kind]> {
    if (this.#waiting.size >= maximumWaiting) {
      const failure = new Failure('unavailable', 'Too many reads are waiting.');
      return Promise.reject(failure) as ReturnType<Reads[Kind]>;
    }
    this.#worker ??= this.#start();
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<unknown>();
    this.#waiting.set(id, waiting);
    this.#worker.postMessage({ id, kind, parameters } satisfies ReadMessage);
    return waiting.promise as ReturnType<Reads[Kind]>;
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    const exited = once(worker, 'exit');
    worker.postMessage('close');
    await exited;
  }

  #start(): Worker {
    const worker = new Worker(new URL('./reader.ts', import.meta.url), { workerData: { path: this.#path } });
    worker.on('message', (answer: ReadAnswer) => this.#hear(answer));
    worker.on('error', (error) => this.#fail(worker, error));
    worker.on('exit', () => this.#fail(worker, new Error('The reading thread ended.')));
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

  /** The next read starts a new thread, which the last words of the old one must not touch. */
  #fail(worker: Worker, error: unknown): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
