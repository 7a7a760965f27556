import { Failure } from '../domain/failure.ts';
import { wholePrivacySettings } from '../domain/privacy-settings.ts';
import { type AgeLimits, ageLimitsOf, hasLimit } from '../domain/retention.ts';
import { service } from '../domain/setting-change.ts';
import { type Instant, isRecent, millisecondsPerDay } from '../domain/time.ts';
import type { AgedTouches, OwnedTouchKey } from '../storage/store.ts';
import type { OperationContext } from './context.ts';
import { Rounds } from './recurring.ts';

/** How many touches are read together. */
const touchesOfPage = 5000;
/** Few enough that others can write in between. */
const customersAtOnce = 250;
const visitorsAtOnce = 250;
const ownersAtOnce = 250;

/** Asked between the parts of a sweep: whether it may still go on. */
type MayStill = () => Promise<boolean>;

/** Removes and strips what is too old by the privacy settings of each organization. */
export class Retention {
  readonly #store: OperationContext['store'];
  readonly #now: OperationContext['now'];
  /** When the latest sweep of each organization began. */
  readonly #lastSweeps = new Map<string, Instant>();
  readonly #rounds = new Rounds();

  constructor({ store, now }: Pick<OperationContext, 'store' | 'now'>) {
    this.#store = store;
    this.#now = now;
  }

  /** Sweeps each organization whose latest sweep was not within a day. */
  async sweep(ending: AbortSignal): Promise<void> {
    const ids = (await this.#store.read.organizations()).map(({ id }) => id);
    await this.#rounds.go(ids, (id) => this.#sweepDaily(id, ending), ending);
  }

  /** Has the next call of `sweep` sweep the organization, whenever it was swept before. */
  forgetLast(organizationId: string): void {
    this.#lastSweeps.delete(organizationId);
  }

  /** The touches beyond the limits, page by page. */
  async *pages(organizationId: string, limits: AgeLimits): AsyncGenerator<AgedTouches> {
    const { read } = this.#store;
    let after: OwnedTouchKey | null = null;
    while (hasLimit(limits)) {
      const page: AgedTouches = await read.agedTouches(organizationId, limits, after, touchesOfPage);
      yield page;
      if (page.next === null) return;
      after = page.next;
    }
  }

  async #sweepDaily(id: string, ending: AbortSignal): Promise<void> {
    const last = this.#lastSweeps.get(id) ?? Number.NEGATIVE_INFINITY;
    if (isRecent(last, this.#now(), millisecondsPerDay)) return;
    const begun = this.#now();
    this.#lastSweeps.set(id, begun);
    try {
      await this.#sweepOne(id, ending);
    } catch (error) {
      if (this.#lastSweeps.get(id) === begun) this.#lastSweeps.delete(id);
      throw error;
    }
  }

  async #sweepOne(organizationId: string, ending: AbortSignal): Promise<void> {
    const { read } = this.#store;
    const kept = await read.settingVersion(organizationId, 'privacy-settings', null);
    const settings = wholePrivacySettings(kept?.content ?? null);
    // If settings are taken back while they remove much, what is left stays.
    const mayStill = async () => {
      if (ending.aborted) return false;
      const inForce = await read.settingVersion(organizationId, 'privacy-settings', null);
      return inForce?.version === kept?.version;
    };
    await this.#forgetGone(organizationId, ending);
    await this.#forgetVisitors(organizationId, settings.forgetVisitorsAfterDays, mayStill);
    const limits = ageLimitsOf(settings, this.#now());
    for await (const { toRemove, toStrip } of this.pages(organizationId, limits)) {
      await this.#withdraw(organizationId, 'removeTouches', toRemove, mayStill);
      await this.#withdraw(organizationId, 'stripTouches', toStrip, mayStill);
      if (!(await mayStill())) return;
    }
    await this.#forgetStated(organizationId, limits);
  }

  /** Processes of older versions beside this one may have left names of customers and visitors that they removed. */
  async #forgetGone(organizationId: string, ending: AbortSignal): Promise<void> {
    let after: string | null = null;
    while (!ending.aborted) {
      after = await this.#forgetGoneBehind(organizationId, after);
      if (after === null) return;
    }
  }

  /** Returns the last owner that was looked at; null where it was the last of all. */
  async #forgetGoneBehind(organizationId: string, after: string | null): Promise<string | null> {
    const { next } = await this.#store.write('forgetGone', { organizationId, after, limit: ownersAtOnce });
    return next;
  }

  async #forgetVisitors(organizationId: string, keptDays: number, mayStill: MayStill): Promise<void> {
    const asked = { organizationId, keptDays, limit: visitorsAtOnce, actor: service };
    let mayBeMore = true;
    while (mayBeMore && (await mayStill())) {
      const { expired } = await this.#store.write('expireVisitors', { ...asked, now: this.#now() });
      mayBeMore = expired === visitorsAtOnce;
    }
  }

  /** Removes or strips as many of the touches as `mayStill` allows; of fewer customers at once where the storage is too slow. */
  async #withdraw(
    organizationId: string,
    manner: 'removeTouches' | 'stripTouches',
    touches: readonly OwnedTouchKey[],
    mayStill: MayStill,
  ): Promise<void> {
    const common = { organizationId, cause: 'expire', announces: true, actor: service } as const;
    const ofCustomers = [...Map.groupBy(touches, ({ customerId }) => customerId)];
    let atOnce = customersAtOnce;
    for (let place = 0; place < ofCustomers.length; ) {
      if (!(await mayStill())) return;
      const part = ofCustomers.slice(place, place + atOnce);
      const writes = part.map(([customerId, owned]) => {
        const touchKeys = owned.map(({ touchKey }) => touchKey);
        return this.#store.write(manner, { ...common, customerId, touchKeys, now: this.#now() });
      });
      // All must have ended before any is made again.
      const failed = (await Promise.allSettled(writes)).find((each) => each.status === 'rejected');
      if (failed === undefined) place += part.length;
      else if (part.length > 1 && isUnavailable(failed.reason)) atOnce = Math.ceil(part.length / 2);
      else throw failed.reason;
    }
  }

  /** The age of what was stated about a period counts from the period's end. */
  async #forgetStated(organizationId: string, { removeBefore, stripBefore }: AgeLimits): Promise<void> {
    const limits = [removeBefore, stripBefore].filter((limit) => limit !== null);
    const periods = limits.length === 0 ? [] : await this.#store.read.affiliatePeriods(organizationId);
    for (const { number: about } of periods.filter(({ end }) => end <= Math.max(...limits))) {
      await this.#store.write('forgetStatedClicks', { organizationId, about });
    }
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof Failure && error.code === 'unavailable';
}
