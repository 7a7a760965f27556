import type { Kysely } from 'kysely';
import type { Once } from '../../domain/idempotency.ts';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

/** The stored answer to the request with this route and key, whatever its age. */
export function keptAnswer(query: Kysely<Schema>, organizationId: number, { route, key }: Once) {
  return query
    .selectFrom('idempotency_records')
    .selectAll()
    .where('organization_id', '=', organizationId)
    .where('idempotency_key', '=', key)
    .where('route', '=', route);
}

export function answerWrites(query: Kysely<Schema>) {
  return {
    prune: query
      .deleteFrom('idempotency_records')
      .where('organization_id', '=', parameter<number>('organizationId'))
      .where('created_time', '<=', parameter<number>('before')),
  };
}
