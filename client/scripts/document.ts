import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../server/src/config.ts';
import { start } from '../../server/src/start.ts';
import type { OpenApiDocument } from './generation.ts';

/** The document of a service that is started for it, on an empty database. */
export async function openApiDocument(): Promise<OpenApiDocument> {
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-document-'));
  try {
    const config = readConfig({
      PORT: '0',
      DATABASE_URL: `sqlite:${join(directory, 'leadsource.db')}`,
      LEADSOURCE_LOG_LEVEL: 'silent',
    });
    await using service = await start({
      config,
      onFatal: (reason) => {
        throw new Error(reason);
      },
    });
    return (await (await fetch(`${service.url}/openapi.json`)).json()) as OpenApiDocument;
  } finally {
    await rm(directory, { recursive: true });
  }
}
