import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  SignJWT,
} from 'jose';
import { Failure, type InvalidField } from '../domain/failure.ts';
import { ulid } from '../domain/identifier.ts';
import { canDisguise } from '../domain/look-alike.ts';
import { beyond, type Permission } from '../domain/permission.ts';
import type { Principal } from '../domain/principal.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import type { Instant } from '../domain/time.ts';
import { defaultClaimNames, isReservedSubject, keyIdClaim, type TokenIssuer } from '../domain/token.ts';
import type { Reads, WriteInput, WriteOutput } from '../storage/store.ts';

const ALGORITHM = 'ES256';
const DEFAULT_LIFETIME_SECONDS = 3600;
const MIN_LIFETIME_SECONDS = 60;
const MAX_LIFETIME_SECONDS = 86_400;
const MAX_SUBJECT_LENGTH = 255;
const LIFETIME_RULE = `Must be a whole number of seconds from ${MIN_LIFETIME_SECONDS} to ${MAX_LIFETIME_SECONDS}.`;
const SUBJECT_RULE = `Must be well-formed text of 1 to ${MAX_SUBJECT_LENGTH} characters without U+0000.`;
const PLAIN_SUBJECT_RULE = 'Must have no control characters, and none that turn the direction of text.';
const RESERVED_SUBJECT_RULE = 'Must not read as the operator, an API key or an outside issuer.';

/** Null leaves a member to the service: the maker's own name, the maker's permissions, an hour. */
export interface TokenRequest {
  readonly subject: string | null;
  readonly permissions: readonly Permission[] | null;
  readonly lifetimeSeconds: number | null;
}

export interface MintedToken {
  readonly token: string;
  readonly expiresTime: Instant;
  readonly permissions: readonly Permission[];
  readonly subject: string;
}

export interface TokenOperations {
  /**
   * Mints a token that expires with its maker at the latest, and with the API key it comes from. Fails with `forbidden` for
   * permissions that the maker lacks, `invalid` for a lifetime or subject out of bounds.
   */
  mint(maker: Principal, request: TokenRequest): Promise<MintedToken>;
  /** What is wrong with a subject that a caller asks for; null if nothing is. */
  faultOfSubject(subject: string): string | null;
  /** The public halves of our signing keys (RFC 7517), with which others check our tokens. */
  keySet(): Promise<JSONWebKeySet>;
}

export interface TokenParts {
  /** The part of the store that tokens need. */
  readonly store: {
    readonly read: Pick<Reads, 'signingKeys'>;
    write<Kind extends 'ensureSigningKey' | 'noteMintedToken'>(
      kind: Kind,
      input: WriteInput<Kind>,
    ): Promise<WriteOutput<Kind>>;
  };
  readonly issuer: string;
  readonly audience: string;
  /** The other trusted issuers; no subject of ours may be mistaken for one of their bearers. */
  readonly outside: readonly Pick<TokenIssuer, 'issuer'>[];
  readonly now: () => Instant;
  readonly random: (byteCount: number) => Uint8Array;
}

/** Operations on our own tokens, signed with a key that is made when first needed. */
export function createTokenOperations(parts: TokenParts): TokenOperations {
  const { store, issuer, audience, outside, now, random } = parts;
  const faultOfSubject = (subject: string) => faultAmong(outside, subject);
  return {
    faultOfSubject,

    async mint(maker, request) {
      const { subject, permissions, lifetimeSeconds } = resolve(maker, request, faultOfSubject);
      const key = await signingKey(store, now());
      const issuedSeconds = Math.floor(now() / 1000);
      const expiresSeconds = Math.min(issuedSeconds + lifetimeSeconds, endSecondsOf(maker));
      const token = await new SignJWT({
        iss: issuer,
        aud: audience,
        sub: subject,
        iat: issuedSeconds,
        exp: expiresSeconds,
        jti: `tok_${ulid(now(), random(16))}`,
        [defaultClaimNames.organizationId]: maker.organization.id,
        [defaultClaimNames.permissions]: permissions,
        ...(maker.keyId === null ? {} : { [keyIdClaim]: maker.keyId }),
      })
        .setProtectedHeader({ alg: ALGORITHM, kid: key.id, typ: 'JWT' })
        .sign(await importJWK(key.privateJwk, ALGORITHM));
      const { actor, organization } = maker;
      await store.write('noteMintedToken', { organizationId: organization.id, subject, actor, now: now() });
      return { token, expiresTime: expiresSeconds * 1000, permissions, subject };
    },

    async keySet() {
      return { keys: (await store.read.signingKeys()).map(publicKey) };
    },
  };
}

function endSecondsOf({ expiresTime }: Principal): number {
  return expiresTime === null ? Number.POSITIVE_INFINITY : Math.floor(expiresTime / 1000);
}

function resolve(maker: Principal, request: TokenRequest, faultOfSubject: TokenOperations['faultOfSubject']) {
  const subject = request.subject ?? maker.actor;
  const permissions = [...new Set(request.permissions ?? maker.permissions)];
  const lifetimeSeconds = request.lifetimeSeconds ?? DEFAULT_LIFETIME_SECONDS;
  const invalidFields: InvalidField[] = [];
  const subjectFault = request.subject === null ? faultOfText(subject) : faultOfSubject(subject);
  if (subjectFault !== null) invalidFields.push({ field: 'subject', message: subjectFault });
  if (!isLifetime(lifetimeSeconds)) invalidFields.push({ field: 'lifetimeSeconds', message: LIFETIME_RULE });
  if (invalidFields.length > 0)
    throw new Failure('invalid', 'The request has invalid fields.', invalidFields);
  const excess = beyond(maker.permissions, permissions);
  if (excess.length > 0) {
    throw new Failure('forbidden', `Nobody grants permissions they do not have: ${excess.join(', ')}.`);
  }
  return { subject, permissions, lifetimeSeconds };
}

function faultAmong(outside: TokenParts['outside'], subject: string): string | null {
  const fault = faultOfText(subject);
  if (fault !== null) return fault;
  if (canDisguise(subject)) return PLAIN_SUBJECT_RULE;
  return isReservedSubject(subject, outside) ? RESERVED_SUBJECT_RULE : null;
}

function faultOfText(subject: string): string | null {
  return isSubject(subject) ? null : SUBJECT_RULE;
}

function isSubject(text: string): boolean {
  return text !== '' && [...text].length <= MAX_SUBJECT_LENGTH && text.isWellFormed() && !text.includes('\0');
}

function isLifetime(seconds: number): boolean {
  return Number.isInteger(seconds) && seconds >= MIN_LIFETIME_SECONDS && seconds <= MAX_LIFETIME_SECONDS;
}

/** The newest key. If several are made at once, the store keeps one, and all callers use it. */
async function signingKey(store: TokenParts['store'], now: Instant): Promise<SigningKey> {
  const [newest] = await store.read.signingKeys();
  return newest ?? store.write('ensureSigningKey', { key: await generateSigningKey(now) });
}

async function generateSigningKey(createdTime: Instant): Promise<SigningKey> {
  const pair = await generateKeyPair(ALGORITHM, { extractable: true });
  const publicJwk = await exportJWK(pair.publicKey);
  const privateJwk = await exportJWK(pair.privateKey);
  return {
    id: await calculateJwkThumbprint(publicJwk),
    publicJwk: { ...publicJwk },
    privateJwk: { ...privateJwk },
    createdTime,
  };
}

/** Copied member by member, so that no private one can ever slip out. */
function publicKey({ id, publicJwk }: SigningKey): JWK {
  const { kty, crv, x, y } = publicJwk;
  return { kty, crv, x, y, kid: id, alg: ALGORITHM, use: 'sig' } as JWK;
}
