import type { Instant } from '../domain/time.ts';
import type { Store } from '../storage/store.ts';

export interface ClaimsOptions {
  readonly store: Pick<Store, 'write'>;
  readonly now: () => Instant;
  /** Identifies this process among those that share the database. */
  readonly holder: string;
}

/** How long other processes wait for one that died. A claim is renewed once half of this is over. */
const claimMilliseconds = 10_000;

/** The organizations whose events and deliveries this process handles. */
export class Claims {
  readonly #options: ClaimsOptions;
  readonly #until = new Map<string, Instant>();
  /** Claims being made, so that concurrent callers share one answer. */
  readonly #asked = new Map<string, Promise<boolean>>();

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** Whether this process holds the organization; asks the storage unless its claim is known to last long enough. */
  hold(organizationId: string): Promise<boolean> {
    const left = (this.#until.get(organizationId) ?? 0) - this.#options.now();
    // More than a whole claim is left only if the clock was set back, and others go by theirs.
    if (left > claimMilliseconds / 2 && left <= claimMilliseconds) return Promise.resolve(true);
    const asked = this.#asked.get(organizationId);
    if (asked !== undefined) return asked;
    const asking = this.#ask(organizationId).finally(() => this.#asked.delete(organizationId));
    this.#asked.set(organizationId, asking);
    return asking;
  }

  /** Gives up all claims, so that other processes can take over at once. */
  async releaseAll(): Promise<void> {
    const { store, now, holder } = this.#options;
    const instant = now();
    for (const [organizationId, until] of this.#until) {
      if (until > instant) await store.write('releaseOutbox', { organizationId, holder });
    }
    this.#until.clear();
  }

  async #ask(organizationId: string): Promise<boolean> {
    const { store, now, holder } = this.#options;
    const instant = now();
    const until = instant + claimMilliseconds;
    const { claimed } = await store.write('claimOutbox', { organizationId, holder, now: instant, until });
    if (claimed) this.#until.set(organizationId, until);
    else this.#until.delete(organizationId);
    return claimed;
  }
}
