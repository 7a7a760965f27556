import type { Kysely } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function visitorReads(query: Kysely<Schema>) {
  const organizationId = parameter<number>('organizationId');
  const customerId = parameter<string>('customerId');
  const links = query
    .selectFrom('visitor_links')
    .innerJoin('actors', (join) =>
      join
        .onRef('actors.organization_id', '=', 'visitor_links.organization_id')
        .onRef('actors.actor_id', '=', 'visitor_links.actor_id'),
    )
    .select(['visitor_id', 'linked_time', 'named_id', 'customer_id', 'actors.actor'])
    .where('visitor_links.organization_id', '=', organizationId);
  return {
    links,
    linksOfCustomer: links
      .where('customer_id', '=', customerId)
      .orderBy('linked_time')
      .orderBy('visitor_id')
      .orderBy('named_id')
      .limit(parameter<number>('limit'))
      .offset(parameter<number>('offset')),
    countLinks: query
      .selectFrom('visitor_links')
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId)
      .select(({ fn }) => fn.countAll<number>().as('total')),
    /** How many of a customer's touches came from each visitor. */
    countTouches: query
      .selectFrom('visitor_touches')
      .where('organization_id', '=', organizationId)
      .where('customer_id', '=', customerId)
      .groupBy('visitor_id')
      .select('visitor_id')
      .select(({ fn }) => fn.countAll<number>().as('touches')),
  };
}
