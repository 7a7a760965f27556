import { Worker } from 'node:worker_threads';
import { type Connection, longLogPages } from './connection.ts';
import { isLostSync } from './errors.ts';

/** What the thread that copies is told: to copy what there is, or to end. */
export type CopierRequest = 'copy' | 'close';

/** Said once it has copied what it could; why the process must end, where it must. */
export interface CopierAnswer {
  readonly fatal: string | null;
}

/** So few are copied between two batches: it takes some milliseconds. */
const fewPages = 1000;
/** Beyond it writes wait for the copy, or a disk that is slower than they are would never be done. */
const longestLogPages = 16 * longLogPages;

/**
 * Copies the log into the file once it has grown long. SQLite would do so by itself after a commit, but would tell nobody that
 * the disk could not sync. On a large file nearly each page of the log is another of the file, so that a copy takes as long
 * as a hundred commits. So a thread of its own copies while writes go on, and what they add meanwhile, which is little, is
 * copied between two of them: then the log begins anew. The thread starts when it is first needed.
 */
export class LogCopying {
  readonly #path: string;
  readonly #connection: Connection;
  readonly #onLostSync: (reason: string) => void;
  #worker: Worker | null = null;
  #isUnderWay = false;
  /** Of which a copy was last asked for: as long as somebody reads what is behind them, it comes no further. */
  #askedPages = 0;

  constructor(path: string, connection: Connection, onLostSync: (reason: string) => void) {
    this.#path = path;
    this.#connection = connection;
    this.#onLostSync = onLostSync;
  }

  /** To be called between batches. Fails where the disk could not sync; where there is no room, say, the next call tries again. */
  goOn(): void {
    try {
      this.#copyWhereLong();
    } catch (error) {
      if (isLostSync(error)) throw error;
    }
  }

  /** Ends the thread behind the copy that is under way. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    const ended = Promise.withResolvers<void>();
    worker.once('exit', () => ended.resolve());
    worker.postMessage('close' satisfies CopierRequest);
    await ended.promise;
  }

  #copyWhereLong(): void {
    const { pages, copiedPages } = this.#connection.logLength();
    if (pages < longLogPages) this.#askedPages = 0;
    else if (pages >= longestLogPages || pages - copiedPages < fewPages) this.#connection.copyLog();
    else if (!this.#isUnderWay && pages - this.#askedPages >= fewPages) this.#copyBeside(pages);
  }

  #copyBeside(pages: number): void {
    this.#worker ??= this.#start();
    this.#isUnderWay = true;
    this.#askedPages = pages;
    this.#worker.postMessage('copy' satisfies CopierRequest);
  }

  #start(): Worker {
    const worker = new Worker(new URL('./log-copier.ts', import.meta.url), {
      workerData: { path: this.#path },
    });
    worker.on('message', ({ fatal }: CopierAnswer) => {
      this.#isUnderWay = false;
      if (fatal !== null) this.#onLostSync(fatal);
    });
    // One that cannot begin, such as for want of memory, is tried again, until the log is so long that it is copied here.
    worker.on('error', () => this.#forget(worker));
    worker.on('exit', () => this.#forget(worker));
    return worker;
  }

  #forget(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    this.#isUnderWay = false;
  }
}
