import type { Collection, Page } from '../domain/collection.ts';
import type { OwnedConversion, ToldConversion } from '../domain/conversion.ts';
import type { ConversionQuery } from '../domain/conversion-query.ts';
import { Failure } from '../domain/failure.ts';
import type { Once } from '../domain/idempotency.ts';
import { ulid } from '../domain/identifier.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refund, ToldRefund } from '../domain/refund.ts';
import type { RecordedConversion, RecordedRefund } from '../storage/store.ts';
import type { Channels } from './channel.ts';
import type { OperationContext } from './context.ts';
import { type AskedCredit, creditedTuples } from './reporting/credited-tuples.ts';
import { withSteadyCredits } from './reporting/steady-credits.ts';

/** A conversion as a caller tells it; an id of null is to be generated. */
export interface ConversionRequest extends Omit<ToldConversion, 'conversionId'> {
  readonly id: string | null;
  readonly customerId: string;
}

/** As `ConversionRequest`. */
export interface RefundRequest extends Omit<ToldRefund, 'refundId'> {
  readonly id: string | null;
}

export interface ConversionListRequest extends Omit<ConversionQuery, 'credited'> {
  /** Null for all. */
  readonly credited: AskedCredit | null;
}

export type ConversionOperations = ReturnType<typeof createConversionOperations>;

export function createConversionOperations({ store, now, random }: OperationContext, channels: Channels) {
  return {
    /**
     * Records a conversion; an unknown customer is created by it. One that is told again under its id is not recorded
     * again. Fails with `conflict` for an id that is another's, `invalid` for a moment ahead.
     */
    record(
      { organization, actor }: Principal,
      { id, ...told }: ConversionRequest,
      once?: Once,
    ): Promise<RecordedConversion> {
      const conversionId = id ?? `cnv_${ulid(now(), random(16))}`;
      const write = { organizationId: organization.id, actor, now: now(), once };
      return store.write('recordConversion', { ...write, conversionId, ...told });
    },

    /** Fails with `not-found`, `conflict` for an id that is another's, and `invalid` for an amount above what is left. */
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

    /** Those that are credited to certain touches, where it is asked for, by the credits in force. */
    list(
      principal: Principal,
      { credited, ...query }: ConversionListRequest,
    ): Promise<Collection<OwnedConversion>> {
      const { id } = principal.organization;
      if (credited === null) return store.read.conversions(id, { ...query, credited });
      return withSteadyCredits(store, id, async ({ settingsVersion }) => {
        const by = await creditedTuples(store, principal, settingsVersion, credited, channels);
        return store.read.conversions(id, { ...query, credited: by });
      });
    },

    /** By time. Fails with `not-found`. */
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
