import type { ListedLink, Visitor, VisitorLink } from '../../domain/visitor.ts';
import type { VisitorLinkRow, VisitorRow } from '../schema.ts';

/** A link's row with its actor's name instead of its number. */
export type NamedLinkRow = Omit<VisitorLinkRow, 'organization_id' | 'actor_id'> & { readonly actor: string };

export function linkOf(row: NamedLinkRow): VisitorLink {
  return {
    visitorId: row.visitor_id,
    linkedTime: row.linked_time,
    namedId: row.named_id,
    customerId: row.customer_id,
    actor: row.actor,
  };
}

export function linkRowOf(organizationId: number, link: VisitorLink, actorId: number): VisitorLinkRow {
  return {
    organization_id: organizationId,
    visitor_id: link.visitorId,
    linked_time: link.linkedTime,
    named_id: link.namedId,
    customer_id: link.customerId,
    actor_id: actorId,
  };
}

export function visitorOf(row: VisitorRow, links: readonly VisitorLink[]): Visitor {
  const { last_hit_time: occurredTime, last_hit_digest: digest } = row;
  const lastHit = occurredTime === null || digest === null ? null : { occurredTime, digest };
  return { id: row.visitor_id, lastHit, unlinkedDay: row.unlinked_day, links };
}

export function visitorRowOf(organizationId: number, { id, lastHit, unlinkedDay }: Visitor): VisitorRow {
  return {
    organization_id: organizationId,
    visitor_id: id,
    last_hit_time: lastHit?.occurredTime ?? null,
    last_hit_digest: lastHit?.digest ?? null,
    unlinked_day: unlinkedDay,
  };
}

/** Links, with how many of the customer's touches came from each visitor. */
export function listedLinksOf(
  rows: readonly NamedLinkRow[],
  counts: readonly { readonly visitor_id: string; readonly touches: number }[],
): readonly ListedLink[] {
  const touches = new Map(counts.map((row) => [row.visitor_id, row.touches]));
  return rows.map((row) => ({ ...linkOf(row), touches: touches.get(row.visitor_id) ?? 0 }));
}
