import type { Kysely } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function answerWrites(query: Kysely<Schema>) {
  return {
    prune: query
      .deleteFrom('idempotency_records')
      .where('organization_id', '=', parameter<number>('organizationId'))
      .where('created_time', '<=', parameter<number>('before')),
  };
}
