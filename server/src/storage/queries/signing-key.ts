import type { Kysely } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function signingKeyReads(query: Kysely<Schema>) {
  return {
    newest: query.selectFrom('signing_keys').selectAll().orderBy('created_time', 'desc').orderBy('key_id'),
  };
}

export function signingKeyWrites(query: Kysely<Schema>) {
  return {
    add: query.insertInto('signing_keys').values({
      key_id: parameter('keyId'),
      public_jwk: parameter('publicJwk'),
      private_jwk: parameter('privateJwk'),
      created_time: parameter('createdTime'),
    }),
  };
}
