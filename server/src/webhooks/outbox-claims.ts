import { Claim, type ClaimClock } from '../domain/claim.ts';
import type { Store } from '../storage/store.ts';

export interface OutboxClaimsOptions extends ClaimClock {
  readonly store: Pick<Store, 'write'>;
  /** Identifies this process among those that share the database. */
  readonly holder: string;
}

/** How long other processes wait for one that died. */
const claimMilliseconds = 10_000;

/** Each takes a connection of a pool, for whose others nobody waits long. */
const releasedAtOnce = 4;

/** The organizations whose events and deliveries this process handles. */
export class OutboxClaims {
  readonly #options: OutboxClaimsOptions;
  readonly #held = new Map<string, Claim>();
  /** Claims being made, so that concurrent callers share one answer. */
  readonly #asked = new Map<string, Promise<boolean>>();

  constructor(options: OutboxClaimsOptions) {
    this.#options = options;
  }

  /** Whether this process holds the organization; asks the storage unless its claim is known to last long enough. */
  hold(organizationId: string): Promise<boolean> {
    if (this.#held.get(organizationId)?.lastsLong === true) return Promise.resolve(true);
    const asked = this.#asked.get(organizationId);
    if (asked !== undefined) return asked;
    const asking = this.#ask(organizationId).finally(() => this.#asked.delete(organizationId));
    this.#asked.set(organizationId, asking);
    return asking;
  }

  /** Gives up all claims, so that other processes can take over at once. Fails where it cannot give up any one of them. */
  async releaseAll(): Promise<void> {
    const { store, holder } = this.#options;
    const left = [...this.#held].filter(([, claim]) => !claim.isOver).values();
    this.#held.clear();
    const release = async () => {
      for (const [organizationId] of left) await store.write('releaseOutbox', { organizationId, holder });
    };
    // Where the storage is away, each lane ends at once; where one write fails, the others go on.
    const lanes = await Promise.allSettled(Array.from({ length: releasedAtOnce }, release));
    for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason;
  }

  async #ask(organizationId: string): Promise<boolean> {
    const { store, holder } = this.#options;
    const claim = new Claim(this.#options, claimMilliseconds, async (times) => {
      const { claimed } = await store.write('claimOutbox', { organizationId, holder, ...times });
      return claimed;
    });
    const isHeld = await claim.make();
    if (isHeld) this.#held.set(organizationId, claim);
    else this.#held.delete(organizationId);
    return isHeld;
  }
}
