import { isUtf8 } from 'node:buffer';
import { Failure } from '../domain/failure.ts';
import { parseStrictJson } from '../domain/strict-json.ts';

/** How deep objects and arrays may stand in one another in a request's body; the outermost is 1. */
export const MAX_BODY_DEPTH = 32;

/**
 * A request's body as the JSON value it states. Fails with `malformed` where it is empty, not UTF-8, not JSON, names a
 * member twice or is nested deeper than `MAX_BODY_DEPTH`.
 */
export function decodeJsonBody(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) throw new Failure('malformed', 'The body is not UTF-8.');
  return decodeJsonText(bytes.toString('utf8'));
}

/** The same of a text that is decoded. */
export function decodeJsonText(text: string): unknown {
  return parseStrictJson(text, MAX_BODY_DEPTH);
}
