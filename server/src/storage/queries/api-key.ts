import type { Kysely } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function apiKeyReads(query: Kysely<Schema>) {
  const keys = query
    .selectFrom('api_keys')
    .innerJoin('organizations', 'organizations.organization_id', 'api_keys.organization_id')
    .leftJoin('api_key_uses', (join) =>
      join
        .onRef('api_key_uses.organization_id', '=', 'api_keys.organization_id')
        .onRef('api_key_uses.key_id', '=', 'api_keys.key_id'),
    )
    .selectAll('api_keys')
    .select(['organizations.public_id', 'api_key_uses.last_used_time']);
  const ofOrganization = keys.where('api_keys.organization_id', '=', parameter<number>('organizationId'));
  return {
    findBySecret: keys
      .select(['organizations.name', 'organizations.environment', 'organizations.rate_limit'])
      .select([
        'organizations.created_time as organization_created_time',
        'organizations.updated_time as organization_updated_time',
      ])
      .where('api_keys.secret_hash', '=', parameter<Uint8Array>('secretHash')),
    find: ofOrganization.where('api_keys.key_id', '=', parameter<string>('keyId')),
    list: ofOrganization
      .orderBy('api_keys.created_time', 'desc')
      .orderBy('api_keys.key_id', 'desc')
      .limit(parameter<number>('limit'))
      .offset(parameter<number>('offset')),
    count: query
      .selectFrom('api_keys')
      .select(({ fn }) => fn.countAll<number>().as('total'))
      .where('organization_id', '=', parameter<number>('organizationId')),
  };
}

/** `add` changes no row if the id or the secret is taken; `update` and `remove` change none if there is no such key. */
export function apiKeyWrites(query: Kysely<Schema>) {
  const organization_id = parameter<number>('organizationId');
  const key_id = parameter<string>('keyId');
  const members = {
    description: parameter<string | null>('description'),
    acl: parameter<string>('acl'),
    allowed_ips: parameter<string>('allowedIps'),
    allowed_origins: parameter<string>('allowedOrigins'),
    expires_time: parameter<number | null>('expiresTime'),
    updated_time: parameter<number>('updatedTime'),
  };
  return {
    add: query
      .insertInto('api_keys')
      .values({
        organization_id,
        key_id,
        type: parameter('type'),
        secret_hash: parameter('secretHash'),
        created_time: parameter('createdTime'),
        ...members,
      })
      .onConflict((conflict) => conflict.doNothing()),
    update: query
      .updateTable('api_keys')
      .set(members)
      .where('organization_id', '=', organization_id)
      .where('key_id', '=', key_id),
    remove: query
      .deleteFrom('api_keys')
      .where('organization_id', '=', organization_id)
      .where('key_id', '=', key_id),
    removeUse: query
      .deleteFrom('api_key_uses')
      .where('organization_id', '=', organization_id)
      .where('key_id', '=', key_id),
    noteUse: query
      .insertInto('api_key_uses')
      .values({ organization_id, key_id, last_used_time: parameter('usedTime') })
      .onConflict((conflict) =>
        conflict.columns(['organization_id', 'key_id']).doUpdateSet((eb) => ({
          last_used_time: eb.ref('excluded.last_used_time'),
        })),
      ),
  };
}
