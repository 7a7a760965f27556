import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { generatedFiles } from '../scripts/generated-files.ts';

describe('what the client knows of the service', () => {
  test('is what the OpenAPI document says now', async () => {
    const files = await generatedFiles();
    expect(files.map(({ path }) => basename(path))).toEqual(['types.ts', 'operations.ts']);
    for (const { path, text } of files) {
      const isCurrent = text === (await readFile(path, 'utf8'));
      expect(
        isCurrent,
        'The routes have changed: run `npm run generate-client` and commit client/src/generated.',
      ).toBe(true);
    }
  });
});
