import type { ChannelTuple } from '../domain/channel.ts';
import type { Customer } from '../domain/customer.ts';
import { type HeldKind, heldKinds } from '../domain/customer-export.ts';
import { Failure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import type { Instant } from '../domain/time.ts';
import { positionOf } from '../domain/touch.ts';
import type { HeldPlace, HeldRow } from '../storage/store.ts';
import type { Channels } from './channel.ts';
import type { OperationContext } from './context.ts';

const rowsOfPage = 1000;

/** Some rows of a kind. Each kind has at least one part, and its parts come in succession. */
export interface HeldPart {
  readonly kind: HeldKind;
  readonly rows: readonly HeldRow[];
}

export interface CustomerExport {
  readonly exportedTime: Instant;
  readonly customer: Customer;
  readonly parts: AsyncGenerator<HeldPart, void, void>;
}

export type CustomerExportOperations = ReturnType<typeof createCustomerExportOperations>;

export function createCustomerExportOperations(
  { store, now }: Pick<OperationContext, 'store' | 'now'>,
  channels: Channels,
) {
  return {
    /**
     * All that is held about a customer, page by page, each read at a moment of its own. Fails with `not-found`; its parts fail
     * with `conflict` where the customer was merged away or erased before the last one.
     */
    async export({ organization }: Principal, customerId: string): Promise<CustomerExport> {
      const [customer, { channelOf }] = await Promise.all([
        store.read.customer(organization.id, customerId),
        channels.of(organization.id),
      ]);
      if (customer === null) throw new Failure('not-found', 'No such customer.');
      const parts = partsOf(organization.id, customer, channelOf);
      return { exportedTime: now(), customer, parts };
    },
  };

  async function* partsOf(
    organizationId: string,
    customer: Customer,
    channelOf: (tuple: ChannelTuple) => string,
  ): AsyncGenerator<HeldPart, void, void> {
    const place = (row: HeldRow) => ({ ...row, ...placed(row, customer, channelOf) });
    for (const kind of heldKinds) {
      for await (const rows of pagesOf(organizationId, customer.id, kind)) {
        yield { kind, rows: kind === 'touches' ? rows.map(place) : rows };
      }
    }
    // For a customer who is gone by the end, the last parts were incomplete.
    const last = await store.read.customer(organizationId, customer.id);
    // Somebody else may have come under the id of one who was erased.
    if (last?.createdTime !== customer.createdTime) {
      throw new Failure('conflict', 'The customer was merged or erased meanwhile.');
    }
  }

  async function* pagesOf(organizationId: string, customerId: string, kind: HeldKind) {
    let after: HeldPlace | null = null;
    do {
      const page = await store.read.heldPage(organizationId, customerId, kind, after, rowsOfPage);
      yield page.rows;
      after = page.end as HeldPlace | null;
    } while (after !== null);
  }
}

/** Facts of a touch that are derived rather than stored. */
function placed(row: HeldRow, { leadSource }: Customer, channelOf: (tuple: ChannelTuple) => string) {
  const [original, current] = [leadSource?.original.key ?? 0, leadSource?.current.key ?? 0];
  return {
    // The members of a tuple are columns of its touch.
    channel: channelOf(row as unknown as ChannelTuple),
    position: positionOf(Number(row['id']), original, current),
  };
}
