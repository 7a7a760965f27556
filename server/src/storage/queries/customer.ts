import type { Kysely } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function customerReads(query: Kysely<Schema>) {
  const organizationId = parameter<number>('organizationId');
  const customerId = parameter<string>('customerId');
  return {
    alias: query
      .selectFrom('customer_aliases')
      .select('customer_id')
      .where('organization_id', '=', organizationId)
      .where('alias_id', '=', customerId),
  };
}
