import type { SigningKey } from '../../domain/signing-key.ts';
import type { Schema } from '../schema.ts';

export function signingKeyOf(row: Schema['signing_keys']): SigningKey {
  return {
    id: row.key_id,
    publicJwk: JSON.parse(row.public_jwk),
    privateJwk: JSON.parse(row.private_jwk),
    createdTime: row.created_time,
  };
}

/** A key as the parameters of its write. */
export function signingKeyArguments(key: SigningKey) {
  return {
    keyId: key.id,
    publicJwk: JSON.stringify(key.publicJwk),
    privateJwk: JSON.stringify(key.privateJwk),
    createdTime: key.createdTime,
  };
}
