import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Failure } from '../domain/failure.ts';
import { largestBulkBytes } from './bulk.ts';
import { decodeJsonBody } from './json.ts';
import { Refusal } from './problem.ts';
import { decodeTable } from './table.ts';
import { allowContinue, letTakeItsTime } from './transport.ts';
import { announcedBodyBytes } from './transport-connection.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route takes no body: one that arrives is dropped, whatever its type. */
    ignoresBody?: boolean;
    /** The route's body is short, and may be declared as plain text: beacons of pages cannot declare anything else. */
    takesBeacons?: boolean;
    /** The route's body may also be a `Table`. */
    takesTables?: boolean;
    /** The route receives the body as a stream, to read it as it arrives and for as long as it takes. */
    streamsBody?: boolean;
  }
}

export interface JsonBodyOptions {
  readonly limitBytes: number;
}

/** Receives the decoded body, or the error for which it is refused. */
type Take = (outcome: unknown) => void;

/**
 * Matches types with any parameters (RFC 9110, section 5.6.6). A charset must be UTF-8; other parameters do not concern the
 * bytes.
 */
function inUtf8(...types: readonly string[]): RegExp {
  const token = "[!#$%&'*+.^_`|~0-9a-z-]+";
  const other = `(?!charset=)${token}=(?:${token}|"(?:[^"\\\\]|\\\\.)*")`;
  const parameter = `(?:charset=(?:utf-8|"utf-8")|${other})[ \\t]*`;
  return new RegExp(`^(?:${types.join('|')})[ \\t]*(?:;[ \\t]*(?:${parameter})?)*$`, 'i');
}

const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);
const JSON_TYPE = inUtf8('application/json');
/** To a browser, a beacon sent without a preflight is plain text. */
const BEACON_TYPE = inUtf8('application/json', 'text/plain');
const largestBeaconBytes = 16 * 1024;
const TABLE_TYPE = /^text\/csv[ \t]*(?:;[ \t]*(?:charset=(?:utf-8|"utf-8")|header=present)[ \t]*)*$/i;
const JSON_OR_TABLE_TYPE = new RegExp(`${JSON_TYPE.source}|${TABLE_TYPE.source}`, 'i');
const BULK_TYPE = inUtf8('application/json', 'application/x-ndjson');

/**
 * Gives the routes of `app` their `request.body` as strictly parsed JSON, which a missing type also means, or as a `Table` for
 * CSV on routes that take tables. A body is read only after the hooks that authenticate, and only if its head gives no reason to
 * refuse it.
 */
export function acceptJsonBodies(app: FastifyInstance, options: JsonBodyOptions): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request, payload, done) => {
    // Fastify closes the connection after any error of a parser, so a fault travels as the body until the next hook.
    if (ignoresBody(request)) done(null);
    else if (request.routeOptions.config.streamsBody === true) done(null, openStream(payload));
    else readBody(payload, bodyRuleOf(request, options), (outcome) => done(null, outcome));
  });
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    if (!ignoresBody(request)) {
      return announcedBodyBytes(request.raw) === 0 ? done(emptyBody()) : done();
    }
    // Fastify refuses a type that it cannot parse, even if nobody is going to read the body.
    request.raw.headers['content-type'] = undefined;
    done();
  });
  app.addHook('preValidation', (request, _reply, done) => {
    done(request.body instanceof Error ? request.body : undefined);
  });
}

interface BodyRule extends JsonBodyOptions {
  readonly accepted: RegExp;
}

function bodyRuleOf(request: FastifyRequest, { limitBytes }: JsonBodyOptions): BodyRule {
  const { takesBeacons, takesTables } = request.routeOptions.config;
  if (takesBeacons === true) return { limitBytes: largestBeaconBytes, accepted: BEACON_TYPE };
  return { limitBytes, accepted: takesTables === true ? JSON_OR_TABLE_TYPE : JSON_TYPE };
}

function ignoresBody(request: FastifyRequest): boolean {
  return (
    !METHODS_WITH_BODY.has(request.method) ||
    request.routeOptions.config.ignoresBody === true ||
    request.is404
  );
}

const alternatives: ReadonlyMap<RegExp, string> = new Map([
  [BULK_TYPE, ' or application/x-ndjson'],
  [BEACON_TYPE, ' or text/plain'],
  [JSON_OR_TABLE_TYPE, ' or text/csv'],
]);

/** The reason to refuse a body that its head alone shows; undefined if there is none. */
function refusalOfBody(request: IncomingMessage, { limitBytes, accepted }: BodyRule): Refusal | undefined {
  const type = request.headers['content-type'];
  if (type !== undefined && !accepted.test(type)) {
    const alternative = alternatives.get(accepted) ?? '';
    return new Refusal(415, `The body must be application/json${alternative} in UTF-8.`);
  }
  const coding = request.headers['content-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    return new Refusal(415, 'The body must not be compressed.', { 'accept-encoding': 'identity' });
  }
  const bytes = announcedBodyBytes(request);
  return Number.isFinite(bytes) && bytes > limitBytes ? tooLarge(limitBytes) : undefined;
}

/** The body as a stream, or the reason to refuse it that its head shows. */
function openStream(payload: IncomingMessage): IncomingMessage | Refusal {
  const refusal = refusalOfBody(payload, { limitBytes: largestBulkBytes, accepted: BULK_TYPE });
  if (refusal !== undefined) return refusal;
  letTakeItsTime(payload);
  allowContinue(payload);
  return payload;
}

function readBody(payload: IncomingMessage, rule: BodyRule, take: Take): void {
  const refusal = refusalOfBody(payload, rule);
  if (refusal !== undefined) {
    take(refusal);
    return;
  }
  allowContinue(payload);
  const isTable =
    rule.accepted === JSON_OR_TABLE_TYPE && TABLE_TYPE.test(payload.headers['content-type'] ?? '');
  readWhole(payload, rule.limitBytes, isTable ? decodeTable : decodeJsonBody, take);
}

/** If the client goes away midway, `take` is never called: nobody is left to be answered. */
function readWhole(
  payload: IncomingMessage,
  limitBytes: number,
  decode: (bytes: Buffer) => unknown,
  take: Take,
): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const onChunk = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= limitBytes) {
      chunks.push(chunk);
      return;
    }
    payload.off('data', onChunk).off('end', onEnd);
    take(tooLarge(limitBytes));
  };
  const onEnd = () => take(decoded(decode, Buffer.concat(chunks, bytes)));
  payload.on('data', onChunk).on('end', onEnd);
}

function decoded(decode: (bytes: Buffer) => unknown, bytes: Buffer): unknown {
  try {
    return decode(bytes);
  } catch (error) {
    return error;
  }
}

function emptyBody(): Failure {
  return new Failure('malformed', 'The body is empty.');
}

function tooLarge(limitBytes: number): Refusal {
  return new Refusal(413, `The body is larger than ${limitBytes} bytes.`);
}
