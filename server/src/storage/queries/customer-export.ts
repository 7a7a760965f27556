import type { Compilable, Kysely } from 'kysely';
import type { HeldKind } from '../../domain/customer-export.ts';
import { parameter } from '../parameter.ts';
import type { HeldRow } from '../ports/customer-export.ts';
import type { Schema } from '../schema.ts';
import { moneyReads } from './customer-export-money.ts';
import { pageBySorting, pageInKeyOrder } from './customer-export-page.ts';
import { toldReads } from './customer-export-told.ts';
import { channelMembers } from './touch.ts';

const organizationId = parameter<number>('organizationId');
const customerId = parameter<string>('customerId');

/** A page query for each kind of rows held about a customer. Every table that has any is covered here. */
export function heldReads(query: Kysely<Schema>): Readonly<Record<HeldKind, Compilable<HeldRow>>> {
  return { ...whoReads(query), ...touchReads(query), ...moneyReads(query), ...toldReads(query) };
}

function whoReads(query: Kysely<Schema>) {
  const aliases = query
    .selectFrom('customer_aliases')
    .select('alias_id as id')
    .where('organization_id', '=', organizationId)
    .where('customer_id', '=', customerId);
  const links = query
    .selectFrom('visitor_links')
    .select('visitor_links.visitor_id')
    .where('visitor_links.organization_id', '=', organizationId)
    .where('visitor_links.customer_id', '=', customerId);
  const visitors = query
    .selectFrom('visitor_links as held')
    .innerJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'held.organization_id')
        .onRef('actors.actor_id', '=', 'held.actor_id'),
    )
    .leftJoin('visitors', (join) =>
      join
        .onRef('visitors.organization_id', '=', 'held.organization_id')
        .onRef('visitors.visitor_id', '=', 'held.visitor_id'),
    )
    .select([
      'held.visitor_id as visitorId',
      'held.named_id as linkedAs',
      'actors.actor',
      'held.linked_time as linkedTime',
      'visitors.last_hit_time as lastSeenTime',
    ])
    .where('held.organization_id', '=', organizationId)
    // SQLite takes the condition after it for no reason to use the index that has the customer.
    .where('held.visitor_id', 'in', links)
    .where('held.customer_id', '=', customerId);
  return {
    aliases: pageInKeyOrder(aliases, 'alias_id'),
    visitors: pageBySorting(visitors, 'held.visitor_id', 'held.linked_time', 'held.named_id'),
  };
}

function touchReads(query: Kysely<Schema>) {
  const touches = query
    .selectFrom('touches as held')
    .innerJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'held.organization_id')
        .onRef('actors.actor_id', '=', 'held.actor_id'),
    )
    .innerJoin('lead_source_tuples', (join) =>
      join
        .onRef('lead_source_tuples.organization_id', '=', 'held.organization_id')
        .onRef('lead_source_tuples.tuple_id', '=', 'held.tuple_id'),
    )
    .leftJoin('imports', (join) =>
      join
        .onRef('imports.organization_id', '=', 'held.organization_id')
        .onRef('imports.import_key', '=', 'held.import_key'),
    )
    .leftJoin('visitor_touches', (join) =>
      join
        .onRef('visitor_touches.organization_id', '=', 'held.organization_id')
        .onRef('visitor_touches.customer_id', '=', 'held.customer_id')
        .onRef('visitor_touches.touch_key', '=', 'held.touch_key'),
    )
    .select([
      'held.touch_key as id',
      'held.given_id as id.given',
      'held.occurred_time as occurredTime',
      'held.recorded_time as recordedTime',
      'held.origin',
      'actors.actor',
      ...channelMembers,
      'held.click_id as clickId',
      'held.path',
      'held.referrer',
      'imports.import_id as importId',
      'visitor_touches.visitor_id as visitorId',
    ])
    .where('held.organization_id', '=', organizationId)
    .where('held.customer_id', '=', customerId);
  const timeline = query
    .selectFrom('timeline_entries as held')
    .leftJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'held.organization_id')
        .onRef('actors.actor_id', '=', 'held.actor_id'),
    )
    .select([
      'held.type',
      'held.cause',
      'held.occurred_time as occurredTime',
      'actors.actor',
      'held.merged_customer_id as mergedCustomerId',
    ])
    .where('held.organization_id', '=', organizationId)
    .where('held.customer_id', '=', customerId);
  return {
    touches: pageInKeyOrder(touches, 'held.touch_key'),
    timeline: pageInKeyOrder(timeline, 'held.entry_key'),
  };
}
