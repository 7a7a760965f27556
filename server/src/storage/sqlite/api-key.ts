import type { ApiKey, ApiKeyType } from '../../domain/api-key.ts';
import type { Collection, Page } from '../../domain/collection.ts';
import { Failure } from '../../domain/failure.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Permission } from '../../domain/permission.ts';
import type { Instant } from '../../domain/time.ts';
import type { ApiKeyRow } from '../schema.ts';
import { type Connection, parameter, query } from './connection.ts';
import { organizationOf } from './organization.ts';

type Row = Omit<ApiKeyRow, 'organization_id' | 'secret_hash'> & {
  public_id: string;
  last_used_time: number | null;
};

export class ApiKeyReader {
  readonly #statements: ReturnType<typeof readStatements>;

  constructor(connection: Connection) {
    this.#statements = readStatements(connection);
  }

  findBySecret(secretHash: Uint8Array): { key: ApiKey; organization: Organization } | null {
    const row = this.#statements.findBySecret.get({ secretHash });
    if (row === undefined) return null;
    const organization = organizationOf({
      ...row,
      created_time: row.organization_created_time,
      updated_time: row.organization_updated_time,
    });
    return { key: apiKeyOf(row), organization };
  }

  find(organizationId: number, keyId: string): ApiKey | null {
    const row = this.#statements.find.get({ organizationId, keyId });
    return row === undefined ? null : apiKeyOf(row);
  }

  list(organizationId: number, { limit, offset }: Page): Collection<ApiKey> {
    const rows = this.#statements.list.all({ organizationId, limit, offset });
    return { items: rows.map(apiKeyOf), total: this.#statements.count.get({ organizationId })?.total ?? 0 };
  }
}

export class ApiKeyWriter {
  readonly #statements: ReturnType<typeof writeStatements>;

  constructor(connection: Connection) {
    this.#statements = writeStatements(connection);
  }

  add(organizationId: number, key: ApiKey, secretHash: Uint8Array): void {
    const added = this.#statements.add.run({ ...argumentsOf(organizationId, key), secretHash });
    if (added === 0) throw new Failure('conflict', 'An API key with this id or secret exists.');
  }

  update(organizationId: number, key: ApiKey): void {
    if (this.#statements.update.run(argumentsOf(organizationId, key)) === 0) throw notFound();
  }

  remove(organizationId: number, keyId: string): void {
    this.#statements.removeUse.run({ organizationId, keyId });
    if (this.#statements.remove.run({ organizationId, keyId }) === 0) throw notFound();
  }

  noteUse(organizationId: number, keyId: string, usedTime: Instant): void {
    this.#statements.noteUse.run({ organizationId, keyId, usedTime });
  }
}

function notFound(): Failure {
  return new Failure('not-found', 'No such API key.');
}

function apiKeyOf(row: Row): ApiKey {
  return {
    id: row.key_id,
    organizationId: row.public_id,
    type: row.type as ApiKeyType,
    description: row.description,
    acl: JSON.parse(row.acl) as readonly Permission[],
    allowedIps: JSON.parse(row.allowed_ips) as readonly string[],
    allowedOrigins: JSON.parse(row.allowed_origins) as readonly string[],
    expiresTime: row.expires_time,
    lastUsedTime: row.last_used_time,
    createdTime: row.created_time,
    updatedTime: row.updated_time,
  };
}

function argumentsOf(organizationId: number, key: ApiKey) {
  return {
    organizationId,
    keyId: key.id,
    type: key.type,
    description: key.description,
    acl: JSON.stringify(key.acl),
    allowedIps: JSON.stringify(key.allowedIps),
    allowedOrigins: JSON.stringify(key.allowedOrigins),
    expiresTime: key.expiresTime,
    createdTime: key.createdTime,
    updatedTime: key.updatedTime,
  };
}

function readStatements(connection: Connection) {
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
    findBySecret: connection.prepare(
      keys
        .select(['organizations.name', 'organizations.environment', 'organizations.rate_limit'])
        .select([
          'organizations.created_time as organization_created_time',
          'organizations.updated_time as organization_updated_time',
        ])
        .where('api_keys.secret_hash', '=', parameter<Uint8Array>('secretHash')),
    ),
    find: connection.prepare(ofOrganization.where('api_keys.key_id', '=', parameter<string>('keyId'))),
    list: connection.prepare(
      ofOrganization
        .orderBy('api_keys.created_time', 'desc')
        .orderBy('api_keys.key_id', 'desc')
        .limit(parameter<number>('limit'))
        .offset(parameter<number>('offset')),
    ),
    count: connection.prepare(
      query
        .selectFrom('api_keys')
        .select(({ fn }) => fn.countAll<number>().as('total'))
        .where('organization_id', '=', parameter<number>('organizationId')),
    ),
  };
}

function writeStatements(connection: Connection) {
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
    add: connection.prepare(
      query
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
    ),
    update: connection.prepare(
      query
        .updateTable('api_keys')
        .set(members)
        .where('organization_id', '=', organization_id)
        .where('key_id', '=', key_id),
    ),
    remove: connection.prepare(
      query
        .deleteFrom('api_keys')
        .where('organization_id', '=', organization_id)
        .where('key_id', '=', key_id),
    ),
    removeUse: connection.prepare(
      query
        .deleteFrom('api_key_uses')
        .where('organization_id', '=', organization_id)
        .where('key_id', '=', key_id),
    ),
    noteUse: connection.prepare(
      query
        .insertInto('api_key_uses')
        .values({ organization_id, key_id, last_used_time: parameter('usedTime') })
        .onConflict((conflict) =>
          conflict.columns(['organization_id', 'key_id']).doUpdateSet((eb) => ({
            last_used_time: eb.ref('excluded.last_used_time'),
          })),
        ),
    ),
  };
}
