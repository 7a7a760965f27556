import type { Connection } from './connection.ts';
import { translateError } from './errors.ts';

interface Joined {
  readonly read: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs all reads of one turn of the event loop on one snapshot, since taking a snapshot costs about as much as reading a
 * customer. Their answers also leave together.
 */
export class ReadTurn {
  readonly #connection: Connection;
  #joined: Joined[] = [];

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  join<Answer>(read: () => Answer): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#joined.push({ read: () => resolve(read()), reject: (error) => reject(translateError(error)) });
      if (this.#joined.length === 1) setImmediate(() => this.run());
    });
  }

  /** Runs the joined reads. */
  run(): void {
    const joined = this.#joined;
    if (joined.length === 0) return;
    this.#joined = [];
    try {
      this.#connection.snapshot(() => {
        for (const { read, reject } of joined) attempt(read, reject);
      });
    } catch (error) {
      for (const { reject } of joined) reject(error);
    }
  }
}

function attempt(read: () => void, reject: (error: unknown) => void): void {
  try {
    read();
  } catch (error) {
    reject(error);
  }
}
