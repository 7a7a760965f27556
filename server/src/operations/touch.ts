import { channelTupleOf, keptTupleOf, writtenClickIdKind } from '../domain/channel.ts';
import type { Collection, Page } from '../domain/collection.ts';
import { Failure } from '../domain/failure.ts';
import type { Once } from '../domain/idempotency.ts';
import type { ImportKey } from '../domain/import.ts';
import type { GivenFacts } from '../domain/lead-source.ts';
import type { Principal } from '../domain/principal.ts';
import type { Instant } from '../domain/time.ts';
import type { ListedTouch, PlacedTouch } from '../domain/touch.ts';
import type { AddedTouch, AddedTouches } from '../storage/store.ts';
import type { Channels } from './channel.ts';
import type { OperationContext } from './context.ts';
import type { Landings } from './landing.ts';
import { addTouch, addTouches } from './touch-change.ts';

/** A touch with its channel by the rules in force. */
export type Channelled<Placed extends PlacedTouch> = Placed & { readonly channel: string };

/** A touch as a caller states it. */
export interface TouchRequest {
  /** Null where one is to be generated. */
  readonly id: string | null;
  /** Null for now. */
  readonly occurredTime: Instant | null;
  readonly facts: GivenFacts;
}

/** A touch as a line of an import states it. */
export interface ImportRequest extends TouchRequest {
  readonly customerId: string;
}

export type TouchOperations = ReturnType<typeof createTouchOperations>;

export function createTouchOperations(
  context: OperationContext,
  channels: Channels,
  landings: Pick<Landings, 'keeperOf'>,
) {
  const { store, now } = context;
  return {
    /** Every touch of the customer, oldest first. Fails with `not-found` for an unknown customer. */
    async list(
      { organization }: Principal,
      customerId: string,
      page: Page,
    ): Promise<Collection<Channelled<ListedTouch>>> {
      const [touches, { channelOf }] = await Promise.all([
        store.read.touches(organization.id, customerId, page),
        channels.of(organization.id),
      ]);
      if (touches === null) throw new Failure('not-found', 'No such customer.');
      const items = touches.items.map((listed) => ({ ...listed, channel: channelOf(keptTupleOf(listed)) }));
      return { items, total: touches.total };
    },

    /**
     * Adds a touch at its moment, whatever touches exist; creates an unknown customer. A touch sent again under its id is not
     * added again. Fails with `conflict` for an id that another has, `invalid` for a moment ahead.
     */
    async add(
      principal: Principal,
      customerId: string,
      request: TouchRequest,
      once?: Once,
    ): Promise<Channelled<AddedTouch>> {
      const { id: givenId, occurredTime, facts } = request;
      const { organization, actor } = principal;
      const organizationId = organization.id;
      const keep = await landings.keeperOf(organizationId);
      const given = keep === null ? facts : keep(facts);
      const told = { givenId, given, occurredTime, origin: 'api', announces: true } as const;
      const write = { organizationId, customerId, ...told, once, actor, now: now() };
      // The rules are read first: a touch that was added must not be answered with a failure.
      const { channelOf } = await channels.of(organizationId);
      const added = await addTouch(context, write, facts);
      const { leadSource } = added.touch;
      return { ...added, channel: channelOf(channelTupleOf(leadSource, writtenClickIdKind(leadSource))) };
    },

    /**
     * Returns a function that adds touches of an import, many at a time; webhooks are told only where it `announces`. A touch
     * is refused where `add` would fail.
     */
    importer(
      { organization, actor }: Principal,
      { importKey, announces }: { readonly importKey: ImportKey; readonly announces: boolean },
    ): (requests: readonly ImportRequest[]) => Promise<AddedTouches> {
      const organizationId = organization.id;
      const common = { organizationId, origin: 'import', announces, importKey, actor } as const;
      return async (requests) => {
        // The settings may change while an import goes on.
        const keep = await landings.keeperOf(organizationId);
        const touches = requests.map(({ customerId, id: givenId, occurredTime, facts }) => {
          return { customerId, givenId, occurredTime, given: keep === null ? facts : keep(facts) };
        });
        const write = { ...common, touches, now: now() };
        return addTouches(
          context,
          write,
          requests.map(({ facts }) => facts),
        );
      };
    },

    /** Undoes one touch, as if it had never been recorded. Fails with `not-found`. */
    async remove(principal: Principal, customerId: string, touchId: string): Promise<void> {
      const { organization, actor } = principal;
      const organizationId = organization.id;
      await store.write('removeTouch', { organizationId, customerId, touchId, actor, now: now() });
    },
  };
}
