import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  circles,
  emptyNames,
  type Source,
  sourceRoot,
  wrongAmbience,
  wrongArrows,
} from './support/architecture.ts';
import { functionLengths } from './support/function-lengths.ts';

const longestFile = 300;
const longestFunction = 40;

/** Functions that may be longer, because they are tables: a line more is a fact more, not a thought more. */
const tables: readonly { readonly path: RegExp; readonly name: RegExp; readonly reason: string }[] = [
  {
    path: /^storage\/\w+\/(?:initial|webhook|visitor|money)-tables\.ts$/,
    name: /Tables$/,
    reason: 'a line for each column',
  },
  { path: /^storage\/\w+\//, name: /Statements$/, reason: 'a query for each name' },
  { path: /^storage\/queries\//, name: /(?:Reads|Writes)$/, reason: 'a query for each name' },
  { path: /^http\/routes\//, name: /Routes$|^mountService$/, reason: 'a declaration for each route' },
  { path: /^http\/openapi\.ts$/, name: /^documentOptions$/, reason: 'the head of the OpenAPI document' },
];

/** Lists of others and our own, an entry a line; and the columns of every table. */
const isList = ({ path }: Source) =>
  path.startsWith('domain/lists/') || path === 'storage/transfer-tables.ts';

/** Files of a room of nouns that stand for no noun. */
const withoutNoun = new Set(['context', 'authentication', 'key-use', 'recurring', 'service', 'customer-id']);

function sourcesIn(root: string): readonly Source[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }));
}

const sources = sourcesIn(sourceRoot);

describe('the house', () => {
  test('has files to look at', () => {
    expect(sources.map(({ path }) => path)).toEqual(expect.arrayContaining(['start.ts', 'domain/touch.ts']));
  });

  test('imports in one direction', () => {
    expect(sources.flatMap(wrongArrows)).toEqual([]);
  });

  test.each(['server', 'client', 'capture', 'dashboard', 'bench'])(
    'has no file that leads back to itself in %s/',
    (part) => {
      const all = sourcesIn(join(sourceRoot, '../..', part, 'src'));
      expect(all.length).toBeGreaterThan(0);
      expect(circles(all)).toEqual([]);
    },
  );

  test('asks the process in one place', () => {
    expect(sources.flatMap(wrongAmbience)).toEqual([]);
  });

  test('has no name that says nothing', () => {
    expect(sources.flatMap(emptyNames)).toEqual([]);
  });

  test(`has no file of more than ${longestFile} lines that is not a list`, () => {
    const long = sources
      .filter((source) => !isList(source))
      .map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length }))
      .filter(({ lines }) => lines > longestFile);
    expect(long).toEqual([]);
  });

  test(`has no function of more than ${longestFunction} lines that is not a table`, () => {
    const all = functionLengths(sourceRoot);
    expect(all.length).toBeGreaterThan(100);
    const isTable = ({ path, name }: { path: string; name: string }) =>
      tables.some((table) => table.path.test(path) && table.name.test(name));
    expect(all.filter(({ lines }) => lines > longestFunction).filter((long) => !isTable(long))).toEqual([]);
  });

  test('gives a noun one name in every room', () => {
    const namesIn = (room: string) =>
      sources.filter(({ path }) => dirname(path) === room).map(({ path }) => basename(path, '.ts'));
    const nouns = new Set(namesIn('domain'));
    const inOtherRooms = ['operations', 'http/routes'].flatMap(namesIn);
    expect(inOtherRooms.filter((name) => !nouns.has(name) && !withoutNoun.has(name))).toEqual([]);
    const plurals = sources.filter(({ path }) => nouns.has(basename(path, '.ts').replace(/s$/, '')));
    expect(plurals.filter(({ path }) => basename(path).endsWith('s.ts'))).toEqual([]);
  });
});

describe('the checker', () => {
  test.each([
    ['domain/touch.ts', "import { x } from '../storage/store.ts';", 'domain must not know storage'],
    ['domain/touch.ts', "import { x } from 'node:crypto';", 'must not know anything outside itself'],
    ['domain/touch.ts', "export { x } from '../http/app.ts';", 'domain must not know http'],
    [
      'storage/store.ts',
      "import type {\n  X,\n} from '../operations/customer.ts';",
      'storage must not know operations',
    ],
    [
      'operations/customer.ts',
      "import { x } from '../storage/sqlite/store.ts';",
      'by storage/store.ts alone',
    ],
    [
      'webhooks/outbox.ts',
      "import { x } from '../operations/customer.ts';",
      'webhooks must not know operations',
    ],
    ['http/app.ts', "const x = await import('../start.ts');", 'http must not know start'],
    [
      'http/app.ts',
      "new Worker(new URL('../cli/leadsource.ts', import.meta.url));",
      'http must not know cli',
    ],
    ['config/host.ts', "import '../http/app.ts';", 'config must not know http'],
    ['start.ts', "import { x } from './cli/serve.ts';", 'start must not know cli'],
    ['operations/customer.ts', "import { sql } from 'kysely';", 'storage alone may know it'],
    ['cli/serve.ts', "import fastify from 'fastify';", 'http alone may know it'],
    ['http/app.ts', "import { x } from '../../test/support/service.ts';", 'from outside'],
  ])('finds in %s the wrong arrow of %s', (path, text, sentence) => {
    expect(wrongArrows({ path, text })).toEqual([expect.stringContaining(sentence)]);
  });

  test.each([
    ['storage/store.ts', "import type { X } from '../domain/touch.ts';"],
    ['operations/customer.ts', "import type { X } from '../storage/store.ts';"],
    ['cli/serve.ts', "import { x } from '../start.ts';\n// import { y } from 'fastify';"],
  ])('lets %s have %s', (path, text) => {
    expect(wrongArrows({ path, text })).toEqual([]);
  });

  test('finds files that lead back to themselves', () => {
    const importing = (path: string, ...imported: string[]): Source => ({
      path,
      text: imported.map((each) => `import type { X } from '${each}';`).join('\n'),
    });
    const [a, b] = [importing('a/one.ts', '../b/two.ts'), importing('b/two.ts', './three.ts', 'kysely')];
    expect(circles([a, b, importing('b/three.ts')])).toEqual([]);
    expect(circles([a, b, importing('b/three.ts', '../a/one.ts', './two.ts')])).toEqual([
      'a/one.ts → b/two.ts → b/three.ts → a/one.ts',
      'b/two.ts → b/three.ts → b/two.ts',
    ]);
  });

  test('finds who reads the environment or ends the process', () => {
    expect(wrongAmbience({ path: 'http/app.ts', text: "const x = process.env['PORT'];" })).toHaveLength(1);
    expect(wrongAmbience({ path: 'start.ts', text: 'process.exit(1);' })).toHaveLength(1);
    expect(wrongAmbience({ path: 'cli/serve.ts', text: 'process.exit(1);' })).toEqual([]);
  });

  test('finds names that say nothing, as words of longer ones too', () => {
    const text = 'export interface CustomerInfo {}\nexport function database() {}\n';
    expect(emptyNames({ path: 'domain/date-helper.ts', text })).toHaveLength(2);
  });

  test('measures a function without those inside it', () => {
    const [own] = functionLengths(import.meta.dirname, 'architecture.test.ts').filter(
      ({ name }) => name === 'threeLinesAroundFive',
    );
    expect(own?.lines).toBe(3);
    expect(threeLinesAroundFive()()).toBe(5);
  });
});

function threeLinesAroundFive() {
  return () => {
    const two = 2;
    const three = 3;
    return two + three;
  };
}
