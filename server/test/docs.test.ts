import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settings } from '../src/config.ts';
import { startTestService, type TestService } from './support/service.ts';

const root = join(import.meta.dirname, '../..');
const pages = [
  'README.md',
  ...['docs', 'docs/operate'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
];
const run = promisify(execFile);

interface Block {
  readonly language: string;
  readonly code: string;
}

function blocksOf(page: string): Block[] {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(([, language = '', code = '']) => ({
    language,
    code,
  }));
}

const interpreters: Readonly<Record<string, readonly string[]>> = {
  sh: ['bash', '-euo', 'pipefail', '-c'],
  js: [process.execPath, '--input-type=module', '--eval'],
};

describe('the pages', () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
    // Pages read on from each other: the customer of the first example is there.
    await service.call('PUT', '/customers/cus_example/lead-source', { body: { source: 'google' } });
  });
  afterAll(() => service[Symbol.asyncDispose]());

  for (const page of pages) {
    const blocks = blocksOf(page).filter(({ language }) => language in interpreters);
    test.each(blocks.map((block, place) => ({ ...block, name: `${place + 1}` })))(
      `${page}: example $name works as it stands`,
      async ({ language, code }) => {
        const [command = '', ...parameters] = interpreters[language] ?? [];
        const environment = { LEADSOURCE_URL: service.url, LEADSOURCE_KEY: service.secretKey };
        await run(command, [...parameters, code], { cwd: root, env: { ...process.env, ...environment } });
      },
    );
  }

  test('every block of code says whether it is run', () => {
    const known = new Set([...Object.keys(interpreters), 'console', 'json', 'text']);
    const others = pages.flatMap(blocksOf).filter(({ language }) => !known.has(language));
    expect(others).toEqual([]);
  });

  test('the page for operators names every setting with its default', () => {
    const page = readFileSync(join(root, 'docs/operate/README.md'), 'utf8');
    const missing = Object.values(settings).filter((setting) => {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${setting.name}\` |`));
      return row === undefined || ('default' in setting && !row.includes(`\`${setting.default}\``));
    });
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test('every link between pages leads to a file', () => {
    const dead = [...pages, 'ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((page) => {
      const text = readFileSync(join(root, page), 'utf8');
      const targets = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target = '']) => target);
      const folder = join(root, page, '..');
      return targets
        .filter((target) => !existsSync(join(folder, target)))
        .map((target) => `${page}: ${target}`);
    });
    expect(dead).toEqual([]);
  });
});
