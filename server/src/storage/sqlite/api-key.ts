import type { ApiKey } from '../../domain/api-key.ts';
import type { Collection, Page } from '../../domain/collection.ts';
import { Failure } from '../../domain/failure.ts';
import type { Organization } from '../../domain/organization.ts';
import type { Instant } from '../../domain/time.ts';
import { apiKeyReads, apiKeyWrites } from '../queries/api-key.ts';
import { apiKeyArguments, apiKeyOf, apiKeyWithOrganizationOf } from '../rows/api-key.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

const reads = () => apiKeyReads(query);
const writes = () => apiKeyWrites(query);

export class ApiKeyReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  findBySecret(secretHash: Uint8Array): { key: ApiKey; organization: Organization } | null {
    const row = this.#statements().findBySecret.get({ secretHash });
    return row === undefined ? null : apiKeyWithOrganizationOf(row);
  }

  find(organizationId: number, keyId: string): ApiKey | null {
    const row = this.#statements().find.get({ organizationId, keyId });
    return row === undefined ? null : apiKeyOf(row);
  }

  list(organizationId: number, { limit, offset }: Page): Collection<ApiKey> {
    const rows = this.#statements().list.all({ organizationId, limit, offset });
    return { items: rows.map(apiKeyOf), total: this.#statements().count.get({ organizationId })?.total ?? 0 };
  }
}

export class ApiKeyWriter {
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(writes);
  }

  add(organizationId: number, key: ApiKey, secretHash: Uint8Array): void {
    const added = this.#statements().add.run({ ...apiKeyArguments(organizationId, key), secretHash });
    if (added === 0) throw new Failure('conflict', 'An API key with this id or secret exists.');
  }

  update(organizationId: number, key: ApiKey): void {
    this.#statements().update.run(apiKeyArguments(organizationId, key));
  }

  remove(organizationId: number, keyId: string): void {
    this.#statements().removeUse.run({ organizationId, keyId });
    if (this.#statements().remove.run({ organizationId, keyId }) > 0) return;
    throw new Failure('not-found', 'No such API key.');
  }

  noteUse(organizationId: number, keyId: string, usedTime: Instant): void {
    this.#statements().noteUse.run({ organizationId, keyId, usedTime });
  }
}
