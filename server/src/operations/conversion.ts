import type { Collection, Page } from '../domain/collection.ts';
import type { OwnedConversion, ToldConversion } from '../domain/conversion.ts';
import type { ConversionQuery } from '../domain/conversion-query.ts';
import { Failure } from '../domain/failure.ts';
import type { Once } from '../domain/idempotency.ts';
import { ulid } from '../domain/identifier.ts';
import type { Principal } from '../domain/principal.ts';
import type { Refund, ToldRefund } from '../domain/refund.ts';
import type { RecordedConversion, RecordedRefund } from '../storage/store.ts';
import type { OperationContext } from './context.ts';

/** A conversion as a caller tells it; an id of null is to be generated. */
export interface ConversionRequest extends Omit<ToldConversion, 'conversionId'> {
  readonly id: string | null;
  readonly customerId: string;
}

/** As `ConversionRequest`. */
export interface RefundRequest extends Omit<ToldRefund, 'refundId'> {
  readonly id: string | null;
}

export type ConversionOperations = ReturnType<typeof createConversionOperations>;

export function createConversionOperations({ store, now, random }: OperationContext) {
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

    list({ organization }: Principal, query: ConversionQuery): Promise<Collection<OwnedConversion>> {
      return store.read.conversions(organization.id, query);
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
