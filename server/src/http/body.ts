import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Failure } from '../domain/failure.ts';
import { decodeJsonBody } from './json.ts';
import { Refusal } from './problem.ts';
import { allowContinue } from './transport.ts';
import { announcedBodyBytes } from './transport-connection.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route needs no body: one that comes is dropped, whatever its type. */
    ignoresBody?: boolean;
  }
}

export interface JsonBodyOptions {
  readonly limitBytes: number;
}

type Done = (error: Error | null, body?: unknown) => void;

const METHODS_WITH_BODY: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH']);
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset=(?:utf-8|"utf-8")[ \t]*)?$/i;

/**
 * Makes JSON, read strictly, the one kind of body that routes of `app` are given as `request.body`; a missing type means
 * JSON. A body is read only after the hooks that authenticate, and only if its head shows nothing to refuse.
 */
export function acceptJsonBodies(app: FastifyInstance, options: JsonBodyOptions): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (request: FastifyRequest, payload: IncomingMessage, done: Done) => {
    if (ignoresBody(request)) return done(null);
    const refusal = refusalOfBody(payload, options.limitBytes);
    if (refusal !== undefined) return done(refusal);
    allowContinue(payload);
    readJson(payload, options.limitBytes, done);
  });
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    if (!ignoresBody(request)) {
      return announcedBodyBytes(request.raw) === 0 ? done(emptyBody()) : done();
    }
    // The framework refuses a type that it cannot read, even of a body that nobody is going to look at.
    request.raw.headers['content-type'] = undefined;
    done();
  });
}

function ignoresBody(request: FastifyRequest): boolean {
  return (
    !METHODS_WITH_BODY.has(request.method) ||
    request.routeOptions.config.ignoresBody === true ||
    request.is404
  );
}

/** What the head alone tells against the body. */
function refusalOfBody(request: IncomingMessage, limitBytes: number): Refusal | undefined {
  const type = request.headers['content-type'];
  if (type !== undefined && !JSON_TYPE.test(type)) {
    return new Refusal(415, 'The body must be application/json in UTF-8.');
  }
  const coding = request.headers['content-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    return new Refusal(415, 'The body must not be compressed.', { 'accept-encoding': 'identity' });
  }
  const bytes = announcedBodyBytes(request);
  return Number.isFinite(bytes) && bytes > limitBytes ? tooLarge(limitBytes) : undefined;
}

/** Where the client goes away in the middle, `done` is never called: nobody is left to be answered. */
function readJson(payload: IncomingMessage, limitBytes: number, done: Done): void {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const onChunk = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= limitBytes) {
      chunks.push(chunk);
      return;
    }
    payload.off('data', onChunk).off('end', onEnd).resume();
    done(tooLarge(limitBytes));
  };
  const onEnd = () => {
    let body: unknown;
    try {
      body = decodeJsonBody(Buffer.concat(chunks, bytes));
    } catch (error) {
      if (error instanceof Failure) return done(error);
      throw error;
    }
    done(null, body);
  };
  payload.on('data', onChunk).on('end', onEnd);
}

function emptyBody(): Failure {
  return new Failure('malformed', 'The body is empty.');
}

function tooLarge(limitBytes: number): Refusal {
  return new Refusal(413, `The body is larger than ${limitBytes} bytes.`);
}
