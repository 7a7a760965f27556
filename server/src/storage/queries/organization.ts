import type { Kysely } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

const columns = ['public_id', 'name', 'environment', 'rate_limit', 'created_time', 'updated_time'] as const;

export function organizationReads(query: Kysely<Schema>) {
  return {
    find: query
      .selectFrom('organizations')
      .select(columns)
      .where('public_id', '=', parameter<string>('publicId')),
    list: query
      .selectFrom('organizations')
      .select(columns)
      .orderBy('created_time')
      .orderBy('organization_id'),
  };
}

/** `add` changes no row if the id is taken; `update` changes none if there is no such organization. */
export function organizationWrites(query: Kysely<Schema>) {
  return {
    add: query
      .insertInto('organizations')
      .values({
        public_id: parameter('publicId'),
        name: parameter('name'),
        environment: parameter('environment'),
        rate_limit: parameter('rateLimit'),
        created_time: parameter('createdTime'),
        updated_time: parameter('updatedTime'),
      })
      .onConflict((conflict) => conflict.doNothing()),
    update: query
      .updateTable('organizations')
      .set({
        name: parameter('name'),
        environment: parameter('environment'),
        rate_limit: parameter('rateLimit'),
        updated_time: parameter('updatedTime'),
      })
      .where('public_id', '=', parameter<string>('publicId')),
  };
}
