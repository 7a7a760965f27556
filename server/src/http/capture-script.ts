import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { readPrecondition } from './entity-tags.ts';
import { plainAnswer, problemAnswer } from './openapi.ts';

const mediaType = 'text/javascript';

/** Pages of any site load it, again and again: a day from the browser's cache, a week while it asks in the background. */
const headers = {
  'cache-control': 'public, max-age=86400, stale-while-revalidate=604800',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
  vary: 'accept-encoding',
};

/** The script that pages load to capture landings, as the package beside this one has built it. */
export function mountCaptureScript(app: FastifyInstance): void {
  const text = readFileSync(new URL(import.meta.resolve('@leadsource/capture/capture.js')));
  const plain = { bytes: text, tag: tagOf(text), encoding: {} };
  const small = gzipSync(text, { level: 9 });
  const packed = { bytes: small, tag: tagOf(small), encoding: { 'content-encoding': 'gzip' } };
  app.get(
    '/capture.js',
    {
      config: { ignoresBody: true, isAnsweredEarly: true },
      schema: {
        tags: ['Service'],
        security: [],
        operationId: 'GetCaptureScript',
        summary: 'The script that captures landings in the browser',
        response: {
          200: plainAnswer('The script.', mediaType),
          304: { description: 'The caller has it.', type: 'null' },
          431: problemAnswer(431),
        },
      },
    },
    async (request, reply) => {
      const { bytes, tag, encoding } = takesGzip(request.headers['accept-encoding']) ? packed : plain;
      reply.headers({ ...headers, etag: tag });
      const { ifNoneMatch } = readPrecondition(request.headers);
      if (ifNoneMatch === '*' || ifNoneMatch?.includes(tag)) return reply.code(304).send();
      return reply.type(`${mediaType}; charset=utf-8`).headers(encoding).send(bytes);
    },
  );
}

function tagOf(bytes: Uint8Array): string {
  return `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
}

/** Whether gzip is named, and not with a weight of zero. */
function takesGzip(header: string | undefined): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/i.test(header ?? '');
}
