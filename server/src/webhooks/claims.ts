import type { Instant } from '../domain/time.ts';
import type { Store } from '../storage/store.ts';

export interface ClaimsOptions {
  readonly store: Pick<Store, 'write'>;
  readonly now: () => Instant;
  /** As `Store.sharedTime`; claims go by `now` where it is null. */
  readonly sharedTime?: Store['sharedTime'];
  /** Identifies this process among those that share the database. */
  readonly holder: string;
}

/** How long other processes wait for one that died. A claim is renewed once half of this is over. */
const claimMilliseconds = 10_000;

/** The organizations whose events and deliveries this process handles. */
export class Claims {
  readonly #options: ClaimsOptions;
  /** When each claim that is held was asked for, by the clock of this process. */
  readonly #since = new Map<string, Instant>();
  /** Claims being made, so that concurrent callers share one answer. */
  readonly #asked = new Map<string, Promise<boolean>>();

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** Whether this process holds the organization; asks the storage unless its claim is known to last long enough. */
  hold(organizationId: string): Promise<boolean> {
    const held = this.#heldMilliseconds(organizationId);
    // Less than nothing if the clock was set back, and others go by theirs.
    if (held !== null && held >= 0 && held < claimMilliseconds / 2) return Promise.resolve(true);
    const asked = this.#asked.get(organizationId);
    if (asked !== undefined) return asked;
    const asking = this.#ask(organizationId).finally(() => this.#asked.delete(organizationId));
    this.#asked.set(organizationId, asking);
    return asking;
  }

  /** Gives up all claims, so that other processes can take over at once. */
  async releaseAll(): Promise<void> {
    const { store, holder } = this.#options;
    for (const organizationId of this.#since.keys()) {
      const held = this.#heldMilliseconds(organizationId) ?? claimMilliseconds;
      if (held < claimMilliseconds) await store.write('releaseOutbox', { organizationId, holder });
    }
    this.#since.clear();
  }

  #heldMilliseconds(organizationId: string): number | null {
    const since = this.#since.get(organizationId);
    return since === undefined ? null : this.#options.now() - since;
  }

  async #ask(organizationId: string): Promise<boolean> {
    const { store, now, sharedTime, holder } = this.#options;
    const since = now();
    const instant = (await sharedTime?.()) ?? since;
    const until = instant + claimMilliseconds;
    const { claimed } = await store.write('claimOutbox', { organizationId, holder, now: instant, until });
    if (claimed) this.#since.set(organizationId, since);
    else this.#since.delete(organizationId);
    return claimed;
  }
}
