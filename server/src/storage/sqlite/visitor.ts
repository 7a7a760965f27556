import type { Collection, Page } from '../../domain/collection.ts';
import type { NewTouch, Touch, TouchKey } from '../../domain/touch.ts';
import {
  type ListedLink,
  unlinkedOwner,
  type Visitor,
  type VisitorLink,
  type VisitorTouch,
} from '../../domain/visitor.ts';
import { visitorColumns, visitorLinkColumns, visitorTouchColumns } from '../columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import { visitorReads } from '../queries/visitor.ts';
import { linkOf, linkRowOf, listedLinksOf, visitorOf, visitorRowOf } from '../rows/visitor.ts';
import type { TouchMove, VisitorTouchName } from '../visitor-room.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { Numbering } from './interning.ts';
import type { TouchReader, TouchWriter } from './touch.ts';

const organizationId = parameter<number>('organizationId');
const visitorId = parameter<string>('visitorId');
const shared = visitorReads(query);
const reads = () => ({
  ...shared,
  links: shared.links.where('visitor_id', '=', visitorId).orderBy('linked_time').orderBy('named_id'),
  find: query
    .selectFrom('visitors')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('visitor_id', '=', visitorId),
  touches: query
    .selectFrom('visitor_touches')
    .innerJoin('touches', (join) =>
      join
        .onRef('touches.organization_id', '=', 'visitor_touches.organization_id')
        .onRef('touches.customer_id', '=', 'visitor_touches.customer_id')
        .onRef('touches.touch_key', '=', 'visitor_touches.touch_key'),
    )
    .selectAll('touches')
    .where('visitor_touches.organization_id', '=', organizationId)
    .where('visitor_touches.visitor_id', '=', visitorId),
  unlinkedBefore: query
    .selectFrom('visitors')
    .select('visitor_id')
    .where('organization_id', '=', organizationId)
    .where('unlinked_day', '<', parameter<number>('day'))
    .orderBy('unlinked_day')
    .limit(parameter<number>('limit')),
});

/** Reads visitors and their links. */
export class VisitorReader {
  readonly #touches: TouchReader;
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection, touches: TouchReader) {
    this.#touches = touches;
    this.#statements = connection.prepareAll(reads);
  }

  find(organizationId: number, visitorId: string): Visitor | null {
    const row = this.#statements().find.get({ organizationId, visitorId });
    if (row === undefined) return null;
    // An unlinked visitor has no links to look for.
    if (row.unlinked_day !== null) return visitorOf(row, []);
    return visitorOf(row, this.#statements().links.all({ organizationId, visitorId }).map(linkOf));
  }

  /** Every touch of a visitor. */
  touches(organizationId: number, visitorId: string): readonly VisitorTouch[] {
    const unlinked = this.#touches.all(organizationId, unlinkedOwner(visitorId));
    const linked = this.#statements().touches.all({ organizationId, visitorId });
    return [
      ...unlinked.map(({ touch }) => ({ touch, customerId: null })),
      ...linked.map((row) => ({ touch: this.#touches.touchOf(row), customerId: row.customer_id })),
    ];
  }

  unlinkedBefore(organizationId: number, day: number, limit: number): readonly string[] {
    return this.#statements()
      .unlinkedBefore.all({ organizationId, day, limit })
      .map((row) => row.visitor_id);
  }

  list(organizationId: number, customerId: string, { limit, offset }: Page): Collection<ListedLink> {
    const place = { organizationId, customerId };
    const rows = this.#statements().linksOfCustomer.all({ ...place, limit, offset });
    const items = listedLinksOf(rows, this.#statements().countTouches.all(place));
    return { items, total: this.#statements().countLinks.get(place)?.total ?? 0 };
  }
}

/** Writes visitors, inside a transaction. */
export class VisitorWriter {
  readonly #touches: TouchWriter;
  readonly #numbering: Numbering;
  readonly #statements: PreparedQueries<typeof visitorWrites>;

  constructor(connection: Connection, touches: TouchWriter, numbering: Numbering) {
    this.#touches = touches;
    this.#numbering = numbering;
    this.#statements = connection.prepareAll(visitorWrites);
  }

  /** Without its links. */
  save(organizationId: number, visitor: Visitor): void {
    this.#statements().save.run({ ...visitorRowOf(organizationId, visitor) });
  }

  addLink(organizationId: number, link: VisitorLink): void {
    const actorId = this.#numbering.actorId(organizationId, link.actor);
    this.#statements().addLink.run({ ...linkRowOf(organizationId, link, actorId) });
  }

  addUnlinkedTouch(organizationId: number, visitorId: string, added: NewTouch): void {
    this.#touches.add(organizationId, unlinkedOwner(visitorId), added);
  }

  name(organizationId: number, { visitorId, customerId, touchKey }: VisitorTouchName): void {
    const place = { organization_id: organizationId, customer_id: customerId };
    this.#statements().name.run({ ...place, touch_key: touchKey, visitor_id: visitorId });
  }

  moveTouches(organizationId: number, visitorId: string, moves: readonly TouchMove[]): void {
    for (const { touchKey, from, to } of moves) {
      this.#touches.move(organizationId, from ?? unlinkedOwner(visitorId), to, touchKey);
      if (from !== null) this.#statements().unname.run({ organizationId, customerId: from, touchKey });
      this.name(organizationId, { visitorId, customerId: to, touchKey });
    }
  }

  removeUnlinkedTouches(organizationId: number, owner: string, keys: readonly TouchKey[]): void {
    for (const key of keys) this.#touches.remove(organizationId, owner, key);
  }

  stripUnlinkedTouches(organizationId: number, owner: string, touches: readonly Touch[]): void {
    for (const touch of touches) this.#touches.strip(organizationId, owner, touch);
  }

  moveLinks(organizationId: number, customerId: string, targetCustomerId: string): void {
    this.#statements().moveLinks.run({ organizationId, customerId, targetCustomerId });
  }

  /** With its touches, which belong to nobody. */
  remove(organizationId: number, visitorId: string): void {
    const owner = unlinkedOwner(visitorId);
    this.#touches.removeAll(organizationId, owner);
    this.#statements().removeClicks.run({ organizationId, customerId: owner });
    this.#statements().remove.run({ organizationId, visitorId });
  }
}

function visitorWrites() {
  const customerId = parameter<string>('customerId');
  return {
    save: query
      .insertInto('visitors')
      .values(parametersNamed(visitorColumns))
      .onConflict((conflict) =>
        conflict.columns(['organization_id', 'visitor_id']).doUpdateSet(({ ref }) => ({
          last_hit_time: ref('excluded.last_hit_time'),
          last_hit_digest: ref('excluded.last_hit_digest'),
          unlinked_day: ref('excluded.unlinked_day'),
        })),
      ),
    addLink: query.insertInto('visitor_links').values(parametersNamed(visitorLinkColumns)),
    name: query.insertInto('visitor_touches').values(parametersNamed(visitorTouchColumns)),
    unname: query
      .deleteFrom('visitor_touches')
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId)
      .where('touch_key', '=', parameter<number>('touchKey')),
    moveLinks: query
      .updateTable('visitor_links')
      .set({ customer_id: parameter('targetCustomerId') })
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId),
    removeClicks: query
      .deleteFrom('affiliate_clicks')
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId),
    remove: query
      .deleteFrom('visitors')
      .where('organization_id', '=', organizationId)
      .where('visitor_id', '=', visitorId),
  };
}
