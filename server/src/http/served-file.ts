import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { readPrecondition } from './entity-tags.ts';

/**
 * Answers with these bytes, compressed once for those who take that, and with nothing for a caller who has them. The
 * headers are those of every answer.
 */
export function servedFile(
  bytes: Uint8Array,
  contentType: string,
  headers: Readonly<Record<string, string>>,
) {
  const plain = { bytes, tag: tagOf(bytes), encoding: {} };
  let packed: { bytes: Uint8Array; tag: string; encoding: Record<string, string> } | undefined;
  // Packed when it is first wanted: starting the service does not wait for it.
  const pack = () => {
    const small = gzipSync(bytes, { level: 9 });
    return { bytes: small, tag: tagOf(small), encoding: { 'content-encoding': 'gzip' } };
  };
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { bytes, tag, encoding } = takesGzip(request.headers['accept-encoding'])
      ? (packed ??= pack())
      : plain;
    reply.headers({ 'x-content-type-options': 'nosniff', vary: 'accept-encoding', ...headers, etag: tag });
    const { ifNoneMatch } = readPrecondition(request.headers);
    if (ifNoneMatch === '*' || ifNoneMatch?.includes(tag)) return reply.code(304).send();
    return reply.type(contentType).headers(encoding).send(bytes);
  };
}

function tagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
}

/** Whether gzip is named, and not with a weight of zero. */
function takesGzip(header: string | undefined): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(header ?? '');
}
