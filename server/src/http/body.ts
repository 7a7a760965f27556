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
    /** The route needs no body: one that comes is dropped, whatever its type. */
    ignoresBody?: boolean;
    /** The route's body is short, and may say that it is plain text: a beacon of a page cannot say otherwise. */
    takesBeacons?: boolean;
    /** The route's body may be a `Table`, too. */
    takesTables?: boolean;
    /** The route is given the body itself, to read it as it arrives and for as long as it takes. */
    streamsBody?: boolean;
  }
}

export interface JsonBodyOptions {
  readonly limitBytes: number;
}

/** Takes the body, or what is wrong with it. */
type Take = (outcome: unknown) => void;

/** A type with any parameters (RFC 9110, section 5.6.6), of which a charset must be UTF-8: others say nothing of the bytes. */
function inUtf8(...types: readonly string[]): RegExp {
  const token = "[!#$%&'*+.^_`|~0-9a-z-]+";
  const other = `(?!charset=)${token}=(?:${token}|"(?:[^"\\\\]|\\\\.)*")`;
  const parameter = `(?:charset=(?:utf-8|"utf-8")|${other})[ \\t]*`;
  return new RegExp(`^(?:${types.join('|')})[ \\t]*(?:;[ \\t]*(?:${parameter})?)*$`, 'i');
}

const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);
const JSON_TYPE = inUtf8('application/json');
/** What is sent as a beacon without a preflight is plain text to the browser. */
const BEACON_TYPE = inUtf8('application/json', 'text/plain');
const largestBeaconBytes = 16 * 1024;
const TABLE_TYPE = /^text\/csv[ \t]*(?:;[ \t]*(?:charset=(?:utf-8|"utf-8")|header=present)[ \t]*)*$/i;
const JSON_OR_TABLE_TYPE = new RegExp(`${JSON_TYPE.source}|${TABLE_TYPE.source}`, 'i');
const BULK_TYPE = inUtf8('application/json', 'application/x-ndjson');

/**
 * Makes JSON, read strictly, what routes of `app` are given as `request.body`; a missing type means JSON. Those that take
 * tables are given a `Table` for CSV. A body is read only after the hooks that authenticate, and only if its head shows nothing to refuse.
 */
export function acceptJsonBodies(app: FastifyInstance, options: JsonBodyOptions): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request, payload, done) => {
    // Fastify closes the connection after every error of a parser. So a fault passes as the body, up to the next hook.
    if (ignoresBody(request)) done(null);
    else if (request.routeOptions.config.streamsBody === true) done(null, openStream(payload));
    else readBody(payload, bodyRuleOf(request, options), (outcome) => done(null, outcome));
  });
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    if (!ignoresBody(request)) {
      return announcedBodyBytes(request.raw) === 0 ? done(emptyBody()) : done();
    }
    // The framework refuses a type that it cannot read, even of a body that nobody is going to look at.
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

/** What the head alone tells against the body. */
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

/** The body itself, or what its head tells against it. */
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

/** Where the client goes away in the middle, nothing is taken: nobody is left to be answered. */
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
