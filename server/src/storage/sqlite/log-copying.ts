import { Worker } from 'node:worker_threads';
import { type Connection, longLogPages } from './connection.ts';
import { isLostSync } from './errors.ts';
import type { CopierAnswer, CopierRequest } from './messages.ts';

/** Few enough to copy between two batches, within some milliseconds. */
const fewPages = 1000;
/** Beyond this length writes wait for the copy; otherwise a disk slower than the writes would never catch up. */
const longestLogPages = 16 * longLogPages;

/**
 * Copies the log into the file once it is long. SQLite would do so itself after a commit, but would not report a failed sync.
 * In a large file nearly each page of the log belongs elsewhere, so that a copy takes as long as a hundred commits. A
 * separate thread therefore copies while writes go on; the little they add meanwhile is copied between two batches, after
 * which the log starts over. The thread starts when it is first needed.
 */
export class LogCopying {
  readonly #path: string;
  readonly #connection: Connection;
  readonly #onLostSync: (reason: string) => void;
  #worker: Worker | null = null;
  #isUnderWay = false;
  /** The length of the log when a copy was last requested: as long as a reader uses the rest, copies get no further. */
  #askedPages = 0;

  constructor(path: string, connection: Connection, onLostSync: (reason: string) => void) {
    this.#path = path;
    this.#connection = connection;
    this.#onLostSync = onLostSync;
  }

  /**
   * Call between batches. Fails if the disk could not sync; after other errors, such as a full disk, the next call tries
   * again.
   */
  goOn(): void {
    try {
      this.#copyWhereLong();
    } catch (error) {
      if (isLostSync(error)) throw error;
    }
  }

  /** Ends the thread after the copy under way. */
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
    // If it cannot start, for lack of memory, say, it is tried again until the log is so long that it is copied here.
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
