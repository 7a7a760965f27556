import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** The pages for users, from the repository's root. */
export const pages: readonly string[] = [
  'README.md',
  ...['docs', 'docs/operate'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];

export interface Block {
  readonly page: string;
  /** What stands behind its first fence; empty where nothing does. */
  readonly language: string;
  readonly code: string;
}

/** The blocks of code of a page, in their order; also those that stand in a list. */
export function blocksOf(page: string): readonly Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  const found = text.matchAll(/^( *)```([^\n]*)\n(.*?)^ *```$/gms);
  return [...found].map(([, , language = '', code = '']) => ({ page, language, code }));
}
