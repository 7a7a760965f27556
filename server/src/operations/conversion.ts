import type { AttributionSettings } from '../domain/attribution-settings.ts';
import type { Collection, Page } from '../domain/collection.ts';
import type { OwnedConversion, ToldConversion } from '../domain/conversion.ts';
import type { ConversionQuery, CountedIn } from '../domain/conversion-query.ts';
import { Failure } from '../domain/failure.ts';
import type { Once } from '../domain/idempotency.ts';
import { ulid } from '../domain/identifier.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refund, ToldRefund } from '../domain/refund.ts';
import type { RecordedConversion, RecordedRefund } from '../storage/store.ts';
import type { Channels } from './channel.ts';
import type { OperationContext } from './context.ts';
import { awaitedStore } from './reporting/awaited-store.ts';
import { type AskedCredit, creditedTouches } from './reporting/credited-touches.ts';
import { type AskedPeriod, resolvePeriod } from './reporting/period.ts';
import { withSteadyCredits } from './reporting/steady-credits.ts';

/** A conversion as a caller states it; an id of null is to be generated. */
export interface ConversionRequest extends Omit<ToldConversion, 'conversionId'> {
  readonly id: string | null;
  readonly customerId: string;
}

/** A refund as a caller states it; an id of null is to be generated. */
export interface RefundRequest extends Omit<ToldRefund, 'refundId'> {
  readonly id: string | null;
}

export interface ConversionListRequest extends Omit<ConversionQuery, 'credited' | 'counted'> {
  /** This and `counted` are null for all. */
  readonly credited: AskedCredit | null;
  readonly counted: (AskedPeriod & Pick<CountedIn, 'dateBasis'>) | null;
}

export type ConversionOperations = ReturnType<typeof createConversionOperations>;

export function createConversionOperations({ store, now, random }: OperationContext, channels: Channels) {
  return {
    /**
     * Records a conversion; creates an unknown customer, which webhooks are told of only where it `announces`. A conversion
     * sent again under its id is not recorded again. Fails with `conflict` for an id that another has, `invalid` for a moment
     * ahead.
     */
    record(
      { organization, actor }: Principal,
      { id, ...told }: ConversionRequest,
      { announces, once }: { readonly announces: boolean; readonly once?: Once | undefined },
    ): Promise<RecordedConversion> {
      const conversionId = id ?? `cnv_${ulid(now(), random(16))}`;
      const write = { organizationId: organization.id, actor, now: now(), announces, once };
      return store.write('recordConversion', { ...write, conversionId, ...told });
    },

    /**
     * Records a refund. Fails with `not-found`, `conflict` for an id that another has, and `invalid` for an amount above what
     * is left.
     */
    refund(
      { organization, actor }: Principal,
      conversionId: string,
      { id, ...told }: RefundRequest,
      once?: Once,
    ): Promise<RecordedRefund> {
      const refundId = id ?? `rfd_${ulid(now(), random(16))}`;
      const write = { organizationId: organization.id, actor, now: now(), once };
      return store.write('recordRefund', { ...write, conversionId, refundId, ...told });
    },

    /** Fails with `not-found`. */
    async get({ organization }: Principal, conversionId: string): Promise<OwnedConversion> {
      const owned = await store.read.conversion(organization.id, conversionId);
      if (owned === null) throw new Failure('not-found', 'No such conversion.');
      return owned;
    },

    /**
     * Lists conversions; on request only those that a report counts: credited to certain touches by the credits in force, in a
     * period. Fails with `invalid`.
     */
    list(
      principal: Principal,
      { credited, counted, ...query }: ConversionListRequest,
      ending?: AbortSignal,
    ): Promise<Collection<OwnedConversion>> {
      const { id } = principal.organization;
      if (credited === null && counted === null) {
        return store.read.conversions(id, { ...query, credited, counted });
      }
      const awaited = awaitedStore(store, ending);
      return withSteadyCredits(awaited, id, async ({ settingsVersion, settings }) => {
        const by =
          credited === null
            ? null
            : await creditedTouches(awaited, principal, settingsVersion, credited, channels);
        const within = counted === null ? null : countedIn(counted, settings);
        return awaited.read.conversions(id, { ...query, credited: by, counted: within });
      });
    },

    /** The refunds of a conversion, by time. Fails with `not-found`. */
    async refunds(
      principal: Principal,
      conversionId: string,
      page: Page,
    ): Promise<{ readonly owned: OwnedConversion; readonly refunds: Collection<Refund> }> {
      const { id } = principal.organization;
      const [owned, refunds] = await Promise.all([
        store.read.conversion(id, conversionId),
        store.read.refunds(id, conversionId, page),
      ]);
      if (owned === null || refunds === null) throw new Failure('not-found', 'No such conversion.');
      return { owned, refunds };
    },
  };
}

function countedIn(
  { dateBasis, ...asked }: NonNullable<ConversionListRequest['counted']>,
  settings: AttributionSettings,
): CountedIn {
  const { start, end } = resolvePeriod(asked, settings);
  return { start, end, dateBasis };
}
