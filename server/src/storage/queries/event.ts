import type { Kysely } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function eventReads(query: Kysely<Schema>) {
  return {
    oldest: query
      .selectFrom('events')
      .selectAll()
      .where('organization_id', '=', parameter<number>('organizationId'))
      .orderBy('event_key')
      .limit(parameter<number>('limit')),
    newest: query
      .selectFrom('events')
      .select('event_key')
      .where('organization_id', '=', parameter<number>('organizationId'))
      .orderBy('event_key', 'desc')
      .limit(1),
  };
}

export function eventWrites(query: Kysely<Schema>) {
  const prune = query
    .deleteFrom('events')
    .where('organization_id', '=', parameter<number>('organizationId'))
    .where('event_key', '<=', parameter<number>('upToKey'));
  return { prune, take: prune.returning('event_key') };
}
