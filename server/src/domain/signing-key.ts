import type { Instant } from './time.ts';

/** A key pair that signs our own tokens (ES256), as JSON Web Keys (RFC 7517). */
export interface SigningKey {
  readonly id: string;
  readonly publicJwk: Readonly<Record<string, unknown>>;
  readonly privateJwk: Readonly<Record<string, unknown>>;
  readonly createdTime: Instant;
}
