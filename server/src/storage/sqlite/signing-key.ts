import type { SigningKey } from '../../domain/signing-key.ts';
import { type Connection, parameter, query } from './connection.ts';

export class SigningKeyReader {
  readonly #newest: ReturnType<typeof prepareNewest>;

  constructor(connection: Connection) {
    this.#newest = prepareNewest(connection);
  }

  /** Newest first. */
  list(): readonly SigningKey[] {
    return this.#newest.all({}).map((row) => ({
      id: row.key_id,
      publicJwk: JSON.parse(row.public_jwk),
      privateJwk: JSON.parse(row.private_jwk),
      createdTime: row.created_time,
    }));
  }
}

export class SigningKeyWriter {
  readonly #add: ReturnType<typeof prepareAdd>;

  constructor(connection: Connection) {
    this.#add = prepareAdd(connection);
  }

  add(key: SigningKey): void {
    this.#add.run({
      keyId: key.id,
      publicJwk: JSON.stringify(key.publicJwk),
      privateJwk: JSON.stringify(key.privateJwk),
      createdTime: key.createdTime,
    });
  }
}

function prepareNewest(connection: Connection) {
  return connection.prepare(
    query.selectFrom('signing_keys').selectAll().orderBy('created_time', 'desc').orderBy('key_id'),
  );
}

function prepareAdd(connection: Connection) {
  return connection.prepare(
    query.insertInto('signing_keys').values({
      key_id: parameter('keyId'),
      public_jwk: parameter('publicJwk'),
      private_jwk: parameter('privateJwk'),
      created_time: parameter('createdTime'),
    }),
  );
}
