import type { SigningKey } from '../../domain/signing-key.ts';
import { signingKeyReads, signingKeyWrites } from '../queries/signing-key.ts';
import { signingKeyArguments, signingKeyOf } from '../rows/signing-key.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';

const reads = () => signingKeyReads(query);
const writes = () => signingKeyWrites(query);

export class SigningKeyReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  /** Newest first. */
  list(): readonly SigningKey[] {
    return this.#statements().newest.all({}).map(signingKeyOf);
  }
}

export class SigningKeyWriter {
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(writes);
  }

  add(key: SigningKey): void {
    this.#statements().add.run(signingKeyArguments(key));
  }
}
