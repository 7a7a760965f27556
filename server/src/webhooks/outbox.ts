import type { OutboxLag } from '../domain/event.ts';
import type { Instant } from '../domain/time.ts';
import type { Store } from '../storage/store.ts';

export interface OutboxOptions {
  readonly store: Pick<Store, 'read' | 'write' | 'onCommit'>;
  readonly now: () => Instant;
  /** Names this process among those on the database. */
  readonly holder: string;
  readonly onError: (error: unknown) => void;
}

export interface KeptOutbox extends AsyncDisposable {
  /** Known without asking the storage. */
  lag(): OutboxLag;
}

const pruneDelayMilliseconds = 200;
/** How much longer than a pass the rest after it is: those who call have the storage for most of the time. */
const restPerPass = 9;
const organizationsAtOnce = 200;
/** Keys of events that one transaction drops: whatever has gathered, it is short. */
const keysAtOnce = 20_000;
/** How soon what another process claimed, or what failed, is looked at again. */
const retryDelayMilliseconds = 5_000;
/** How long others wait for a process that died. A claim is made anew when half of it is over. */
const claimMilliseconds = 10_000;

/**
 * Empties the outbox. While there is no webhook that an event could go to, an event has done its duty once it is
 * committed, and is dropped soon after; so are those that an earlier process left. Of the processes on a database one
 * at a time reads an organization's events, by a claim. Disposing of it gives the claims back.
 */
export function keepOutboxEmpty(options: OutboxOptions): KeptOutbox {
  return new Outbox(options);
}

class Outbox implements KeptOutbox {
  readonly #options: OutboxOptions;
  /** Organizations that may have events. */
  readonly #due = new Set<string>();
  readonly #later = new Set<string>();
  /** Since when each organization, due or later, may have had events; the longest first. */
  readonly #since = new Map<string, Instant>();
  /** Until when each organization's events are this process's to read. */
  readonly #claims = new Map<string, Instant>();
  #mayHoldOld = true;
  #restMilliseconds = pruneDelayMilliseconds;
  #soon: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #pass: Promise<void> | null = null;
  #isDisposed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    options.store.onCommit(({ organizationIds }) => {
      for (const organizationId of organizationIds) this.#add(organizationId);
      if (organizationIds.length > 0) this.#schedule();
    });
    this.#schedule();
  }

  lag(): OutboxLag {
    const [oldest] = this.#since.values();
    const oldestSeconds = oldest === undefined ? 0 : Math.max(0, this.#options.now() - oldest) / 1000;
    return { organizations: this.#since.size, oldestSeconds };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    if (this.#soon !== null) clearTimeout(this.#soon);
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#pass;
    await this.#releaseAll().catch(this.#options.onError);
  }

  #schedule(): void {
    if (this.#isDisposed || this.#pass !== null) return;
    this.#soon ??= setTimeout(() => this.#begin(), this.#restMilliseconds).unref();
  }

  #begin(): void {
    this.#soon = null;
    const begun = performance.now();
    this.#pass = this.#run().finally(() => {
      this.#pass = null;
      this.#restMilliseconds = Math.max(pruneDelayMilliseconds, restPerPass * (performance.now() - begun));
      // What is left, and what was committed meanwhile.
      if (this.#due.size > 0) this.#schedule();
      if (this.#later.size > 0 || this.#mayHoldOld) this.#scheduleRetry();
    });
  }

  #scheduleRetry(): void {
    if (this.#isDisposed) return;
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      for (const organizationId of this.#later) this.#due.add(organizationId);
      this.#later.clear();
      this.#schedule();
    }, retryDelayMilliseconds).unref();
  }

  /** One organization after the other, and not too many of them: this must not press those who call. */
  async #run(): Promise<void> {
    try {
      if (this.#mayHoldOld) await this.#addAll();
      for (const organizationId of [...this.#due].slice(0, organizationsAtOnce)) {
        if (this.#isDisposed) return;
        this.#due.delete(organizationId);
        // It is to be looked at again unless this comes to an end.
        this.#later.add(organizationId);
        if (await this.#empty(organizationId)) this.#forget(organizationId);
      }
    } catch (error) {
      // Whatever failed for one organization would most likely fail for the others.
      for (const organizationId of this.#due) this.#later.add(organizationId);
      this.#due.clear();
      this.#options.onError(error);
    }
  }

  #add(organizationId: string): void {
    this.#due.add(organizationId);
    if (!this.#since.has(organizationId)) this.#since.set(organizationId, this.#options.now());
  }

  #forget(organizationId: string): void {
    this.#later.delete(organizationId);
    this.#since.delete(organizationId);
    // Others may have come meanwhile.
    if (this.#due.has(organizationId)) this.#add(organizationId);
  }

  /** Those of earlier processes, which nobody tells of. */
  async #addAll(): Promise<void> {
    for (const { id } of await this.#options.store.read.organizations()) this.#add(id);
    this.#mayHoldOld = false;
  }

  /** Answers whether no event is left but those of later commits, which are told of. */
  async #empty(organizationId: string): Promise<boolean> {
    const { store, now } = this.#options;
    const begun = now();
    let droppedFrom: number | null = null;
    for (;;) {
      const [oldest] = await store.read.events(organizationId, 1);
      if (oldest === undefined || oldest.event.occurredTime > begun) return true;
      // Whatever keeps events from being dropped, and however many there are: nobody who stops waits for it.
      if (this.#isDisposed || oldest.key === droppedFrom) return false;
      droppedFrom = oldest.key;
      if (!(await this.#claim(organizationId))) return false;
      await store.write('pruneEvents', { organizationId, upToKey: oldest.key + keysAtOnce });
    }
  }

  async #claim(organizationId: string): Promise<boolean> {
    const { store, holder } = this.#options;
    const now = this.#options.now();
    const held = this.#claims.get(organizationId);
    if (held !== undefined && held - now > claimMilliseconds / 2) return true;
    const until = now + claimMilliseconds;
    const { claimed } = await store.write('claimOutbox', { organizationId, holder, now, until });
    if (claimed) this.#claims.set(organizationId, until);
    else this.#claims.delete(organizationId);
    return claimed;
  }

  async #releaseAll(): Promise<void> {
    const { store, holder } = this.#options;
    const now = this.#options.now();
    for (const [organizationId, until] of this.#claims) {
      if (until > now) await store.write('releaseOutbox', { organizationId, holder });
    }
  }
}
