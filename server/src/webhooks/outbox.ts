import type { OutboxLag } from '../domain/event.ts';
import { type Instant, isRecent, millisecondsPerDay } from '../domain/time.ts';
import type { Webhook } from '../domain/webhook.ts';
import { inParts, type Store } from '../storage/store.ts';
import type { Courier } from './courier.ts';
import type { OutboxClaims } from './outbox-claims.ts';
import { firstDeliveryId, planDeliveries } from './planning.ts';

export interface OutboxOptions {
  readonly store: Pick<Store, 'read' | 'write' | 'onCommit'>;
  readonly now: () => Instant;
  /** Unpredictable bytes. */
  readonly random: (byteCount: number) => Uint8Array;
  readonly claims: OutboxClaims;
  readonly courier: Pick<Courier, 'wake'>;
  readonly onError: (error: unknown) => void;
}

const delayMilliseconds = 200;
/** How many times longer than a pass the rest after it is: callers have the storage for most of the time. */
const restPerPass = 9;
/** A pass takes minutes where the storage does not answer, or the whole process stood still: receivers have waited enough then. */
const longestRestMilliseconds = 30_000;
const organizationsAtOnce = 200;
/** How many event keys one transaction drops, so that it stays short however many events have piled up. */
const keysAtOnce = 20_000;
/** How soon to look again at an organization that failed, or that another process has claimed. */
const retryDelayMilliseconds = 5_000;
/** How often organizations with webhooks are looked at without a commit, to find deliveries that are due again. */
const roundMilliseconds = 5_000;
const tidyEveryMilliseconds = 3_600_000;
/** How long a delivery is kept from when it was made, unless it still awaits an attempt. */
export const keptDays = 14;

/**
 * Handles the outbox from when it is made, including events that earlier processes left. An event becomes a delivery to each
 * webhook that wants it, or is dropped if no webhook is active. Only one of the processes on a database handles an organization
 * at a time, by a claim.
 */
export class Outbox implements AsyncDisposable {
  readonly #options: OutboxOptions;
  /** Organizations that may have events. */
  readonly #due = new Set<string>();
  readonly #later = new Set<string>();
  /** The time since which each organization, due or later, may have had events. */
  readonly #since = new Map<string, Instant>();
  /** When the deliveries of each organization were last tidied. */
  readonly #tidied = new Map<string, Instant>();
  #latestTime = Number.NEGATIVE_INFINITY;
  #mayHoldOld = true;
  #restMilliseconds = delayMilliseconds;
  /** How much of a pass went into making deliveries. It does not lengthen the rest, since receivers wait for them. */
  #planningMilliseconds = 0;
  #soon: NodeJS.Timeout | null = null;
  #retry: NodeJS.Timeout | null = null;
  #round: NodeJS.Timeout;
  #pass: Promise<void> | null = null;
  #rounding: Promise<void> | null = null;
  #isDisposed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    options.store.onCommit(({ organizationIds }) => {
      for (const organizationId of organizationIds) this.#add(organizationId);
      if (organizationIds.length > 0) this.#schedule();
    });
    this.#round = setInterval(() => this.#goRound(), roundMilliseconds).unref();
    this.#schedule();
  }

  /** Looks at an organization soon, because something may be due there. */
  look(organizationId: string): void {
    this.#due.add(organizationId);
    this.#schedule();
  }

  /** Answers from memory, without asking the storage. */
  lag(): OutboxLag {
    const now = this.#options.now();
    let oldest = now;
    for (const since of this.#since.values()) oldest = Math.min(oldest, since);
    return { organizations: this.#since.size, oldestSeconds: (now - oldest) / 1000 };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    if (this.#soon !== null) clearTimeout(this.#soon);
    if (this.#retry !== null) clearTimeout(this.#retry);
    clearInterval(this.#round);
    await Promise.all([this.#pass, this.#rounding]);
  }

  #schedule(): void {
    if (this.#isDisposed || this.#pass !== null) return;
    this.#soon ??= setTimeout(() => this.#begin(), this.#restMilliseconds).unref();
  }

  #begin(): void {
    this.#soon = null;
    const begun = performance.now();
    this.#planningMilliseconds = 0;
    this.#pass = this.#run().finally(() => {
      this.#pass = null;
      const tookMilliseconds = performance.now() - begun - this.#planningMilliseconds;
      const rest = Math.max(delayMilliseconds, restPerPass * tookMilliseconds);
      this.#restMilliseconds = Math.min(rest, longestRestMilliseconds);
      // For what is left, and for what was committed meanwhile.
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

  /** Goes through the organizations one at a time, and only so many of them in a pass, so as not to slow down callers. */
  async #run(): Promise<void> {
    let tended: string | null = null;
    try {
      if (this.#mayHoldOld) await this.#addAll();
      for (const organizationId of [...this.#due].slice(0, organizationsAtOnce)) {
        if (this.#isDisposed) return;
        tended = organizationId;
        this.#due.delete(organizationId);
        // Looked at again later, unless it is finished here.
        this.#later.add(organizationId);
        if (await this.#lookAfter(organizationId)) this.#forget(organizationId);
      }
    } catch (error) {
      // What failed for one organization would most likely fail for the others: they come first the next time.
      for (const organizationId of this.#due) this.#later.add(organizationId);
      this.#due.clear();
      if (tended !== null && this.#later.delete(tended)) this.#later.add(tended);
      this.#options.onError(error);
    }
  }

  #add(organizationId: string): void {
    this.#due.add(organizationId);
    if (!this.#since.has(organizationId)) this.#since.set(organizationId, this.#time());
  }

  #forget(organizationId: string): void {
    this.#later.delete(organizationId);
    this.#forgetAge(organizationId);
  }

  #forgetAge(organizationId: string): void {
    this.#since.delete(organizationId);
    // More events may have arrived meanwhile.
    if (this.#due.has(organizationId)) this.#add(organizationId);
  }

  /** Earlier processes may have left events, of which no commit of this one tells. */
  async #addAll(): Promise<void> {
    for (const { id } of await this.#options.store.read.organizations()) this.#add(id);
    this.#mayHoldOld = false;
  }

  /** Returns whether nothing is left to do for this organization. If not, also for a failure, its age is that of what is left. */
  async #lookAfter(organizationId: string): Promise<boolean> {
    try {
      if (await this.#tend(organizationId)) return true;
    } catch (error) {
      await this.#noteAge(organizationId).catch(() => undefined);
      throw error;
    }
    await this.#noteAge(organizationId);
    return false;
  }

  /** Returns whether nothing is left to do for this organization. */
  async #tend(organizationId: string): Promise<boolean> {
    const { store, courier } = this.#options;
    const { lastEventKey, nextDeliveryTime } = await store.read.outbox(organizationId);
    const isDue = nextDeliveryTime !== null && nextDeliveryTime <= this.#time();
    if (lastEventKey === null && !isDue) return true;
    if (!(await this.#hold(organizationId))) return false;
    // Read after the event was seen, so that a webhook older than the event is among them.
    const webhooks = await store.read.activeWebhooks(organizationId);
    const isDone = lastEventKey === null || (await this.#dealWith(organizationId, webhooks, lastEventKey));
    courier.wake(organizationId, webhooks);
    return isDone;
  }

  /** Whoever has claimed the organization goes on with its events, and some may be older than this process. */
  async #noteAge(organizationId: string): Promise<void> {
    if (this.#isDisposed) return;
    const [oldest] = await this.#options.store.read.events(organizationId, 1);
    if (oldest === undefined) this.#forgetAge(organizationId);
    else this.#since.set(organizationId, oldest.event.occurredTime);
  }

  #dealWith(organizationId: string, webhooks: readonly Webhook[], upToKey: number): Promise<boolean> {
    if (webhooks.length === 0) return this.#drop(organizationId, upToKey);
    return this.#plan(organizationId, webhooks, upToKey);
  }

  async #plan(organizationId: string, webhooks: readonly Webhook[], upToKey: number): Promise<boolean> {
    const begun = performance.now();
    const claims = { hold: (id: string) => this.#hold(id) };
    const progress = await planDeliveries(
      { ...this.#options, claims },
      { organizationId, webhooks, upToKey },
    );
    this.#planningMilliseconds += performance.now() - begun;
    // Other organizations come first, then this one again.
    if (progress === 'more') this.#due.add(organizationId);
    return progress === 'done';
  }

  /** False once this outbox is being disposed. Asked again between the parts of a long piece of work. */
  async #hold(organizationId: string): Promise<boolean> {
    return !this.#isDisposed && (await this.#options.claims.hold(organizationId));
  }

  /** Returns whether all of these events are gone. If a write removes nothing, they are left for later. */
  async #drop(organizationId: string, lastEventKey: number): Promise<boolean> {
    const { store } = this.#options;
    for (let upToKey = 0; ; ) {
      const [oldest] = await store.read.events(organizationId, 1);
      if (oldest === undefined || oldest.key > lastEventKey) return true;
      if (oldest.key <= upToKey || !(await this.#hold(organizationId))) return false;
      upToKey = Math.min(oldest.key + keysAtOnce, lastEventKey);
      await store.write('pruneEvents', { organizationId, upToKey });
    }
  }

  /** Runs one round at a time. */
  #goRound(): void {
    if (this.#isDisposed) return;
    this.#rounding ??= this.#lookAtWebhooks()
      .catch(this.#options.onError)
      .finally(() => {
        this.#rounding = null;
      });
  }

  async #lookAtWebhooks(): Promise<void> {
    for (const organizationId of await this.#options.store.read.webhookOrganizations()) {
      if (this.#isDisposed) return;
      // What fails is tried again in the next round; the other organizations have theirs now.
      await this.#tidyDeliveries(organizationId).catch(this.#options.onError);
      this.look(organizationId);
    }
  }

  /**
   * Gives up what a process left waiting that ended while a webhook became inactive, and drops what is old. At first, the clock may
   * have been set back since deliveries were made to wait.
   */
  async #tidyDeliveries(organizationId: string): Promise<void> {
    const { store } = this.#options;
    const instant = this.#time();
    if (isRecent(this.#tidied.get(organizationId) ?? 0, instant, tidyEveryMilliseconds)) return;
    const isOver = () => this.#isDisposed;
    for (const webhookId of await store.read.webhooksToGiveUp(organizationId)) {
      const asked = { organizationId, webhookId, now: instant };
      await inParts((limit) => store.write('giveUpDeliveries', { ...asked, limit }), isOver);
    }
    if (!this.#tidied.has(organizationId)) {
      const asked = { organizationId, now: instant };
      await inParts((limit) => store.write('bringForwardDeliveries', { ...asked, limit }), isOver);
    }
    const beforeId = firstDeliveryId(instant - keptDays * millisecondsPerDay);
    await inParts((limit) => store.write('pruneDeliveries', { organizationId, beforeId, limit }), isOver);
    if (instant <= this.#latestTime) this.#tidied.set(organizationId, instant);
  }

  /** Once the clock was set back, deliveries may wait for as much longer: all are to be tidied. */
  #time(): Instant {
    const instant = this.#options.now();
    if (instant < this.#latestTime) this.#tidied.clear();
    this.#latestTime = instant;
    return instant;
  }
}
