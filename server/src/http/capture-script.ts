import { readFileSync } from 'node:fs';
import type { FastifyInstance } from 'fastify';
import { plainAnswer, problemAnswer } from './openapi.ts';
import { servedFile } from './served-file.ts';

const mediaType = 'text/javascript';

/** Pages of any site load it over and over: browsers use their copy for a day, and for another week while they revalidate it. */
const headers = {
  'cache-control': 'public, max-age=86400, stale-while-revalidate=604800',
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};

/** Serves the script that pages load to capture landings, as built by the package `capture`. */
export function mountCaptureScript(app: FastifyInstance): void {
  const text = readFileSync(new URL(import.meta.resolve('@leadsource/capture/capture.js')));
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
          304: { description: 'The caller already has it.', type: 'null' },
          431: problemAnswer(431),
        },
      },
    },
    servedFile(text, `${mediaType}; charset=utf-8`, headers),
  );
}
