import { Failure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import {
  type AgeLimits,
  ageLimitsOf,
  hasLimit,
  type PrivacySettings,
  wholePrivacySettings,
} from '../domain/privacy-settings.ts';
import { service } from '../domain/setting-change.ts';
import { type Instant, isRecent, millisecondsPerDay } from '../domain/time.ts';
import { isUnlinkedOwner } from '../domain/visitor.ts';
import type { AgedTouches, OwnedTouchKey } from '../storage/store.ts';
import type { OperationContext } from './context.ts';
import { Rounds } from './recurring.ts';
import { createSettingOperations } from './setting-version.ts';

/** Nobody waits longer for an answer. */
const patienceMilliseconds = 20_000;
/** How many touches are read together. */
const touchesOfPage = 5000;
/** Few enough that others can write in between. */
const customersAtOnce = 250;
const visitorsAtOnce = 250;
const ownersAtOnce = 250;

/** What settings would do now if they were in force. */
export interface RetentionDryRun {
  readonly limits: AgeLimits;
  readonly touchesToRemove: number;
  readonly touchesToStrip: number;
  /** Customers of whom any touch would be removed or stripped. */
  readonly customers: number;
  readonly visitorsToForget: number;
}

export type PrivacySettingsOperations = ReturnType<typeof createPrivacySettingsOperations>;

export function createPrivacySettingsOperations(context: OperationContext, onChange: () => void) {
  const { store, now } = context;
  const retention = createRetention(context);
  const versions = createSettingOperations<'privacy-settings', PrivacySettings>(
    context,
    {
      read: (organizationId, version) => store.read.privacySettings(organizationId, version),
      write: (input) => store.write('putPrivacySettings', input),
      // What the new settings make too old is removed at once.
      onChange(organizationId) {
        retention.forgetLast(organizationId);
        onChange();
      },
    },
    wholePrivacySettings,
  );
  return {
    ...versions,

    /** What these settings would do now. Fails with `unavailable` where it takes too long. */
    async dryRun({ organization }: Principal, settings: PrivacySettings): Promise<RetentionDryRun> {
      const begun = now();
      const limits = ageLimitsOf(settings, begun);
      const count = { touchesToRemove: 0, touchesToStrip: 0, customers: 0 };
      let lastCustomer: string | null = null;
      for await (const { toRemove, toStrip } of retention.pages(organization.id, limits)) {
        if (now() - begun > patienceMilliseconds)
          throw new Failure('unavailable', 'The dry run took too long.');
        count.touchesToRemove += toRemove.length;
        count.touchesToStrip += toStrip.length;
        const owners = [...new Set([...toRemove, ...toStrip].map(({ customerId }) => customerId))];
        const customers = owners.filter((customerId) => !isUnlinkedOwner(customerId));
        // A customer's touches may be divided between two pages.
        count.customers += customers.filter((customerId) => customerId !== lastCustomer).length;
        lastCustomer = customers.toSorted().at(-1) ?? lastCustomer;
      }
      const { forgetVisitorsAfterDays } = settings;
      const visitorsToForget = await store.read.agedVisitorCount(
        organization.id,
        forgetVisitorsAfterDays,
        begun,
      );
      return { limits, ...count, visitorsToForget };
    },

    /** Removes and strips what is too old, for each organization once a day. */
    sweep: (ending: AbortSignal): Promise<void> => retention.sweep(ending),
  };
}

function createRetention({ store, now }: OperationContext) {
  const lastSweeps = new Map<string, Instant>();
  const rounds = new Rounds();
  const pages = async function* (organizationId: string, limits: AgeLimits): AsyncGenerator<AgedTouches> {
    let after: OwnedTouchKey | null = null;
    while (hasLimit(limits)) {
      const page: AgedTouches = await store.read.agedTouches(organizationId, limits, after, touchesOfPage);
      yield page;
      if (page.next === null) return;
      after = page.next;
    }
  };
  /** Does as much as `mayStill` allows. */
  const withdraw = async (
    organizationId: string,
    manner: 'removeTouches' | 'stripTouches',
    touches: readonly OwnedTouchKey[],
    mayStill: () => Promise<boolean>,
  ): Promise<void> => {
    const common = { organizationId, cause: 'expire', announces: true, actor: service } as const;
    const ofCustomers = [...Map.groupBy(touches, ({ customerId }) => customerId)];
    for (let place = 0; place < ofCustomers.length; place += customersAtOnce) {
      if (!(await mayStill())) return;
      const writes = ofCustomers.slice(place, place + customersAtOnce).map(([customerId, owned]) => {
        const touchKeys = owned.map(({ touchKey }) => touchKey);
        return store.write(manner, { ...common, customerId, touchKeys, now: now() });
      });
      await Promise.all(writes);
    }
  };
  const forgetVisitors = async (
    organizationId: string,
    keptDays: number,
    mayStill: () => Promise<boolean>,
  ): Promise<void> => {
    const asked = { organizationId, keptDays, limit: visitorsAtOnce, actor: service };
    for (let expired = visitorsAtOnce; expired === visitorsAtOnce && (await mayStill()); ) {
      ({ expired } = await store.write('expireVisitors', { ...asked, now: now() }));
    }
  };
  /** The age of what was stated about a period counts from the period's end. */
  const forgetStated = async (
    organizationId: string,
    { removeBefore, stripBefore }: AgeLimits,
  ): Promise<void> => {
    const limits = [removeBefore, stripBefore].filter((limit) => limit !== null);
    const periods = limits.length === 0 ? [] : await store.read.affiliatePeriods(organizationId);
    for (const { number: about } of periods.filter(({ end }) => end <= Math.max(...limits))) {
      await store.write('forgetStatedClicks', { organizationId, about });
    }
  };
  const forgetGoneBehind = (organizationId: string, after: string | null) =>
    store.write('forgetGone', { organizationId, after, limit: ownersAtOnce });
  /** Processes of older versions beside this one may have left names of customers and visitors that they removed. */
  const forgetGone = async (organizationId: string, ending: AbortSignal): Promise<void> => {
    for (let after: string | null = null; !ending.aborted; ) {
      const { next } = await forgetGoneBehind(organizationId, after);
      if (next === null) return;
      after = next;
    }
  };
  const sweepOne = async (organizationId: string, ending: AbortSignal): Promise<void> => {
    const kept = await store.read.privacySettings(organizationId, null);
    const settings = wholePrivacySettings(kept?.content ?? null);
    // If settings are taken back while they remove much, what is left stays.
    const mayStill = async () => {
      if (ending.aborted) return false;
      const inForce = await store.read.privacySettings(organizationId, null);
      return inForce?.version === kept?.version;
    };
    await forgetGone(organizationId, ending);
    await forgetVisitors(organizationId, settings.forgetVisitorsAfterDays, mayStill);
    const limits = ageLimitsOf(settings, now());
    for await (const { toRemove, toStrip } of pages(organizationId, limits)) {
      await withdraw(organizationId, 'removeTouches', toRemove, mayStill);
      await withdraw(organizationId, 'stripTouches', toStrip, mayStill);
      if (!(await mayStill())) return;
    }
    await forgetStated(organizationId, limits);
  };
  const sweepDaily = async (id: string, ending: AbortSignal): Promise<void> => {
    const last = lastSweeps.get(id) ?? Number.NEGATIVE_INFINITY;
    if (isRecent(last, now(), millisecondsPerDay)) return;
    const begun = now();
    lastSweeps.set(id, begun);
    try {
      await sweepOne(id, ending);
    } catch (error) {
      if (lastSweeps.get(id) === begun) lastSweeps.delete(id);
      throw error;
    }
  };
  return {
    pages,
    forgetLast: (organizationId: string) => void lastSweeps.delete(organizationId),
    async sweep(ending: AbortSignal): Promise<void> {
      const ids = (await store.read.organizations()).map(({ id }) => id);
      await rounds.go(ids, (id) => sweepDaily(id, ending), ending);
    },
  };
}
