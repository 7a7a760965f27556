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
  const organizationId = parameter<number>('organizationId');
  const before = parameter<number>('before');
  return {
    /** The moment up to which there are about as many answers as are skipped. */
    momentBehind: query
      .selectFrom('idempotency_records')
      .select('created_time')
      .where('organization_id', '=', organizationId)
      .where('created_time', '<=', before)
      .orderBy('created_time')
      .limit(1)
      .offset(parameter<number>('skipped')),
    prune: query
      .deleteFrom('idempotency_records')
      .where('organization_id', '=', organizationId)
      .where('created_time', '<=', before),
  };
}
