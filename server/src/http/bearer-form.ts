import { isUtf8 } from 'node:buffer';
import { isObject, memberOf } from '../domain/body-faults.ts';
import { Failure } from '../domain/failure.ts';
import { parseStrictJson } from '../domain/strict-json.ts';

const MAX_TOKEN_LENGTH = 8192;
const MAX_HEADER_DEPTH = 8;
const MAX_CLAIMS_DEPTH = 32;

const compactForm = /^([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)$/;

/** Header parameters that would choose the key a token is verified with, or change how the token is read. */
const refusedParameters = ['jku', 'jwk', 'x5u', 'x5c', 'crit', 'b64'];

export type JsonObject = Readonly<Record<string, unknown>>;

export interface TokenHeader {
  readonly alg: string;
  readonly kid: string | null;
}

/** What a token claims. Nothing here may be trusted before the signature is verified. */
export interface UnverifiedToken {
  readonly header: TokenHeader;
  readonly claims: JsonObject;
}

/**
 * Reads a compact JWS of at most 8 KiB in its one strict form: three canonical base64url parts, whose header and
 * claims are UTF-8 JSON objects without duplicate member names. Null for anything else.
 */
export function readToken(token: string): UnverifiedToken | null {
  if (token.length > MAX_TOKEN_LENGTH) return null;
  const [, headerPart, claimsPart, signaturePart] = compactForm.exec(token) ?? [];
  if (headerPart === undefined || claimsPart === undefined || signaturePart === undefined) return null;
  if (decodePart(signaturePart) === null) return null;
  const header = readHeader(readObject(headerPart, MAX_HEADER_DEPTH));
  const claims = readObject(claimsPart, MAX_CLAIMS_DEPTH);
  return header === null || claims === null ? null : { header, claims };
}

function readHeader(header: JsonObject | null): TokenHeader | null {
  if (header === null || refusedParameters.some((name) => Object.hasOwn(header, name))) return null;
  const alg = memberOf(header, 'alg');
  const kid = memberOf(header, 'kid');
  const typ = memberOf(header, 'typ');
  if (typeof alg !== 'string') return null;
  if (kid !== undefined && typeof kid !== 'string') return null;
  if (typ !== undefined && typeof typ !== 'string') return null;
  return { alg, kid: kid ?? null };
}

function readObject(part: string, maxDepth: number): JsonObject | null {
  const bytes = decodePart(part);
  if (bytes === null || !isUtf8(bytes)) return null;
  try {
    const value = parseStrictJson(bytes.toString('utf8'), maxDepth);
    return isObject(value) ? value : null;
  } catch (error) {
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** The bytes; null unless this is their canonical spelling, so that a token has only one. */
function decodePart(part: string): Buffer | null {
  const bytes = Buffer.from(part, 'base64url');
  return bytes.toString('base64url') === part ? bytes : null;
}
