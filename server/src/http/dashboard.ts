import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { plainAnswer, problemAnswer } from './openapi.ts';
import { servedFile } from './served-file.ts';

/** Allows nothing inline, nothing from other origins, and no markup made from text: the content of a lead source stays text. */
const contentPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const pageHeaders = {
  'content-security-policy': contentPolicy,
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
};
/** Their names change with their content. */
const assetHeaders = {
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'public, max-age=31536000, immutable',
};

const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Serves the dashboard and its assets, as built by the package `dashboard`. */
export function mountDashboard(app: FastifyInstance): void {
  const folder = fileURLToPath(new URL('.', import.meta.resolve('@leadsource/dashboard/index.html')));
  const config = { ignoresBody: true, isAnsweredEarly: true } as const;
  app.get(
    '/',
    {
      config,
      schema: {
        tags: ['Service'],
        security: [],
        operationId: 'GetDashboard',
        summary: 'The dashboard, a page for people',
        response: {
          200: plainAnswer('The page.', 'text/html'),
          304: { description: 'The caller already has it.', type: 'null' },
          431: problemAnswer(431),
        },
      },
    },
    servedFile(readFileSync(join(folder, 'index.html')), 'text/html; charset=utf-8', pageHeaders),
  );
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) =>
    name.replaceAll('\\', '/'),
  );
  for (const name of names) {
    const contentType = contentTypes[extname(name)];
    if (contentType === undefined) continue;
    const isNamedByContent = name.startsWith('assets/');
    app.get(
      `/${name}`,
      { config: { ...config, pattern: '/assets' }, schema: { hide: true } },
      servedFile(
        readFileSync(join(folder, name)),
        contentType,
        isNamedByContent ? assetHeaders : pageHeaders,
      ),
    );
  }
}
