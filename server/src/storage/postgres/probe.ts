import { unavailableFor } from '../causes.ts';
import type { Connections } from './connections.ts';
import { translateError } from './errors.ts';
import { conditions, unfitness } from './fitness.ts';
import type { Losses } from './losses.ts';
import { ofNoOrganization } from './wall.ts';

/** Tells whether a service could work on its database right now. */
export class Probe {
  readonly #connections: Connections;
  readonly #losses: Losses;
  #wasUnfit = false;

  constructor(connections: Connections, losses: Losses) {
    this.#connections = connections;
    this.#losses = losses;
  }

  /** Begins a transaction as a write does. Fails with `unavailable` if that is impossible, or the database is not fit for use. */
  async ask(): Promise<void> {
    try {
      await this.#connections.transaction(ofNoOrganization, async (session) => {
        const [first] = (await session.all(conditions, {})).flatMap(unfitness);
        if (first === undefined) return;
        this.#wasUnfit = true;
        throw unavailableFor(first.cause);
      });
    } catch (error) {
      throw translateError(error);
    }
    // Connections keep what was set for them when they were made.
    if (this.#wasUnfit) this.#losses.note();
    this.#wasUnfit = false;
  }
}
