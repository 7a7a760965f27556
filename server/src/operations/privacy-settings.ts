import { Failure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import { type PrivacySettings, wholePrivacySettings } from '../domain/privacy-settings.ts';
import { type AgeLimits, ageLimitsOf } from '../domain/retention.ts';
import { isUnlinkedOwner } from '../domain/visitor.ts';
import type { OperationContext } from './context.ts';
import { Retention } from './retention.ts';
import { createSettingOperations } from './setting-version.ts';

/** Nobody waits longer for an answer. */
const patienceMilliseconds = 20_000;

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
  const retention = new Retention(context);
  const versions = createSettingOperations<'privacy-settings', PrivacySettings>(
    context,
    {
      setting: 'privacy-settings',
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
      const begunMilliseconds = performance.now();
      const limits = ageLimitsOf(settings, begun);
      const count = { touchesToRemove: 0, touchesToStrip: 0, customers: 0 };
      let lastCustomer: string | null = null;
      for await (const { toRemove, toStrip } of retention.pages(organization.id, limits)) {
        if (performance.now() - begunMilliseconds > patienceMilliseconds)
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
