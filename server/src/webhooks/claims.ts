import type { Instant } from '../domain/time.ts';
import type { Store } from '../storage/store.ts';

export interface ClaimsOptions {
  readonly store: Pick<Store, 'write'>;
  readonly now: () => Instant;
  /** Names this process among those on the database. */
  readonly holder: string;
}

/** How long others wait for a process that died. A claim is made anew when half of it is over. */
const claimMilliseconds = 10_000;

/** Which organizations' events and deliveries are this process's to deal with. */
export class Claims {
  readonly #options: ClaimsOptions;
  readonly #until = new Map<string, Instant>();
  /** Those that are being made, so that who asks meanwhile waits for the same answer. */
  readonly #asked = new Map<string, Promise<boolean>>();

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** Whether the organization is this process's now; asks the storage where that is not known for long enough. */
  hold(organizationId: string): Promise<boolean> {
    const held = this.#until.get(organizationId);
    if (held !== undefined && held - this.#options.now() > claimMilliseconds / 2)
      return Promise.resolve(true);
    const asked = this.#asked.get(organizationId);
    if (asked !== undefined) return asked;
    const asking = this.#ask(organizationId).finally(() => this.#asked.delete(organizationId));
    this.#asked.set(organizationId, asking);
    return asking;
  }

  /** Lets others deal with all that this process dealt with. */
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
