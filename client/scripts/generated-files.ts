import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { openApiDocument } from './document.ts';
import { operationTable, typeDeclarations } from './generation.ts';

const root = join(import.meta.dirname, '../..');

/** The files that are made from the service's OpenAPI document, formatted as the house formats. */
export async function generatedFiles(): Promise<readonly { path: string; text: string }[]> {
  const document = await openApiDocument();
  const files = { 'types.ts': typeDeclarations(document), 'operations.ts': operationTable(document) };
  return Promise.all(
    Object.entries(files).map(async ([name, text]) => {
      const path = join(root, 'client/src/generated', name);
      return { path, text: await formatted(path, text) };
    }),
  );
}

function formatted(path: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const biome = join(root, 'node_modules/.bin/biome');
    const child = execFile(
      biome,
      ['format', `--stdin-file-path=${path}`],
      { cwd: root, maxBuffer: 2 ** 24 },
      (error, out) => (error === null ? resolve(out) : reject(error)),
    );
    child.stdin?.end(text);
  });
}
