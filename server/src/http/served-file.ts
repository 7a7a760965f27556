import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isHeld } from './entity-tags.ts';

interface Form {
  readonly bytes: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Answers with these bytes, compressed for callers who accept that, and with 304 for a caller who has them. Every answer carries
 * the headers.
 */
export function servedFile(
  bytes: Uint8Array,
  contentType: string,
  headers: Readonly<Record<string, string>>,
): (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply> {
  const plain = once(() => formOf(bytes));
  // Compressed on first use, so that the start of the service does not wait for it.
  const packed = once(() => formOf(gzipSync(bytes, { level: 9 }), { 'content-encoding': 'gzip' }));
  return async (request, reply) => {
    const form = takesGzip(request.headers['accept-encoding']) ? packed() : plain();
    const etag = form.headers['etag'] ?? '';
    reply.headers({ 'x-content-type-options': 'nosniff', vary: 'accept-encoding', ...headers, etag });
    if (isHeld(request.headers, etag)) return reply.code(304).send();
    return reply.type(contentType).headers(form.headers).send(form.bytes);
  };
}

function formOf(bytes: Uint8Array, headers: Readonly<Record<string, string>> = {}): Form {
  const digest = createHash('sha256').update(bytes).digest('base64url').slice(0, 22);
  return { bytes, headers: { ...headers, etag: `"${digest}"` } };
}

function once(make: () => Form): () => Form {
  let made: Form | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Whether gzip is named, and without a weight of zero. */
function takesGzip(header: string | undefined): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(header ?? '');
}
