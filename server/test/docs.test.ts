import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { settings } from '../src/config.ts';
import { type Block, blocksOf, pages } from './support/doc-blocks.ts';
import {
  codeOf,
  greetings,
  neverRun,
  preludeOf,
  type Surroundings,
  type Trial,
  trialsIn,
} from './support/doc-trials.ts';
import { operatorOf } from './support/operator.ts';
import { type FreshDatabase, freshDatabase, migratedDatabase } from './support/postgres.ts';
import { Receiver, receiverSettings } from './support/receiver.ts';
import { startTestService, type TestService } from './support/service.ts';
import { type ShellCommands, startShellCommands } from './support/shell-commands.ts';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

const interpreters: Readonly<Record<string, readonly string[]>> = {
  sh: ['bash', '--norc', '-euo', 'pipefail', '-c'],
  js: [process.execPath, '--input-type=module', '--eval'],
};

/** Blocks of these languages are tried elsewhere: in pages of a browser, by the tests of the script; as systemd reads them. */
const triedElsewhere: Readonly<Record<string, string>> = {
  html: 'capture/test/chromium.test.ts',
  ini: 'server/test/systemd-unit.test.ts',
};

const blocks = pages.flatMap(blocksOf);
const ended = blocks.filter(({ language }) => language in interpreters);
const endless = blocks.filter(({ language, code }) => language === 'console' && !(code in neverRun));
const messages = blocks.filter(({ language }) => language === 'json');

/** With its place among those of its page, for the names of tests. */
const named = (some: readonly Block[]) =>
  some.map((block) => {
    const place = some.filter(({ page }) => page === block.page).indexOf(block) + 1;
    return { ...block, name: `${block.page}: example ${place}` };
  });

describe('the pages', () => {
  let service: TestService;
  let reader: Surroundings;
  let databases: readonly [FreshDatabase, FreshDatabase];
  let commands: ShellCommands;
  beforeAll(async () => {
    commands = await startShellCommands();
    service = await startTestService(receiverSettings);
    databases = [await migratedDatabase(), await freshDatabase()];
    reader = await surroundingsOf(service, databases);
    // Pages read on from each other: the customer of the first example is there.
    await service.call('PUT', '/customers/cus_example/lead-source', { body: { source: 'google' } });
  });
  afterAll(async () => {
    rmSync(reader.directory, { recursive: true });
    const name = new URL(reader.comingUrl).username;
    await databases[1].run(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    await databases[1].run(`DROP ROLE IF EXISTS ${name}`);
    await Promise.all(databases.map((database) => database.drop()));
    await service[Symbol.asyncDispose]();
    await commands[Symbol.asyncDispose]();
  });

  /** The reader's own variables, and none of this process that the service would take for settings. */
  const environment = (more: Readonly<Record<string, string | undefined>> = {}) => ({
    PATH: `${root}/node_modules/.bin:${process.env['PATH']}`,
    HOME: process.env['HOME'],
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
    DATABASE_URL: service.databaseUrl,
    LEADSOURCE_URL: reader.url,
    LEADSOURCE_KEY: reader.secretKey,
    CAPTURE_KEY: reader.publishableKey,
    ...commands.environment,
    ...more,
  });

  const trialOf = (code: string): Trial =>
    trialsIn(reader).find(({ has }) => code.includes(has)) ?? { has: code };
  const wholeOf = (language: string, code: string) =>
    preludeOf(language, reader) + codeOf(code, trialOf(code));

  test.each(named(ended))('$name works as it stands', async ({ language, code }) => {
    const [command = '', ...parameters] = interpreters[language] ?? [];
    const { stderr } = await run(command, [...parameters, wholeOf(language, code)], {
      cwd: root,
      env: environment(trialOf(code).settings),
    });
    if (language === 'js') expect(stderr).toBe('');
  });

  test.each(named(endless))('$name goes on until it is ended', async ({ code }) => {
    const [, greeting = / /] = Object.entries(greetings).find(([last]) => code.trim().endsWith(last)) ?? [];
    const directory = mkdtempSync(join(reader.directory, 'started-'));
    const [command = '', ...parameters] = interpreters['sh'] ?? [];
    const child = spawn(command, [...parameters, wholeOf('sh', code)], {
      cwd: code.startsWith('git clone') ? directory : root,
      env: environment({ DATABASE_URL: `sqlite:${directory}/leadsource.db`, PORT: '0' }),
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    const exited = once(child, 'close');
    onTestFinished(async () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGTERM');
      await exited;
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    while (!greeting.test(said) && child.exitCode === null)
      await Promise.race([once(child.stdout, 'data'), exited]);
    expect(said).toMatch(greeting);
    const [, shown = ''] = greeting.exec(said) ?? [];
    if (shown.startsWith('curl ')) await run('bash', ['-c', `${shown} --fail --silent`]);
  });

  test.each(named(messages))('$name is what a webhook is told', async ({ code }) => {
    await using receiver = await Receiver.start();
    await service.call('PUT', '/webhooks/of-docs', { body: { url: receiver.url } });
    for (const source of ['google', 'bing'])
      await service.call('PUT', '/customers/cus_told/lead-source', { body: { medium: 'cpc', source } });
    await receiver.until(3);
    await service.call('DELETE', '/webhooks/of-docs');
    const shown = JSON.parse(code);
    const told = receiver.received
      .map(({ body }) => body)
      .find(({ eventType, sequence }) => eventType === shown.eventType && sequence === shown.sequence);
    expect(told).toEqual(alike(shown));
  });

  test('every block of code says what it is, and is tried', () => {
    const tried = new Set<Block>([...ended, ...endless, ...messages]);
    const others = blocks.filter(
      (block) => !tried.has(block) && !(block.code in neverRun) && !(block.language in triedElsewhere),
    );
    expect(others).toEqual([]);
    for (const file of Object.values(triedElsewhere)) expect(existsSync(join(root, file))).toBe(true);
  });

  test('what is said here of single blocks is said of one block each', () => {
    const parts = [...trialsIn(reader).map(({ has }) => has), ...Object.keys(neverRun)];
    const counts = parts.map((part) => [part, blocks.filter(({ code }) => code.includes(part)).length]);
    expect(counts).toEqual(parts.map((part) => [part, 1]));
  });

  test('the page for operators names every setting with its default', () => {
    const page = readFileSync(join(root, 'docs/operate/README.md'), 'utf8');
    const missing = Object.values(settings).filter((setting) => {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${setting.name}\` |`));
      return row === undefined || ('default' in setting && !row.includes(`\`${setting.default}\``));
    });
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  test('every link leads to a file, and to one of its headings if it names one', () => {
    const dead = [...pages, 'ARCHITECTURE.md', 'CONTRIBUTING.md'].flatMap((page) =>
      linksOf(page)
        .filter(({ path, heading }) => {
          if (!existsSync(path)) return true;
          return heading !== undefined && !headingsOf(readFileSync(path, 'utf8')).includes(heading);
        })
        .map(({ written }) => `${page}: ${written}`),
    );
    expect(dead).toEqual([]);
  });
});

function linksOf(page: string) {
  const text = readFileSync(join(root, page), 'utf8');
  return [...text.matchAll(/\]\((?!\w+:)([^)#]*)(?:#([^)]*))?\)/g)].map(
    ([written, target = '', heading]) => ({
      written,
      path: target === '' ? join(root, page) : join(root, page, '..', target),
      heading,
    }),
  );
}

/** As a page of GitHub names them in links. */
function headingsOf(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

async function surroundingsOf(
  service: TestService,
  [filled, empty]: readonly [FreshDatabase, FreshDatabase],
): Promise<Surroundings> {
  const key = { type: 'publishable', acl: ['capture:write'] };
  const made = (await service.call('POST', '/api-keys', { body: key })).body as Record<string, string>;
  await using operator = await operatorOf(service);
  const second = await operator.createOrganization({ id: 'org_second' });
  const spare = await service.call('POST', '/api-keys', { body: { type: 'secret' }, key: second.key });
  // Roles are the server's, so that this one has a name that nobody else has.
  const coming = new URL(empty.url);
  coming.username = coming.pathname = coming.pathname.replace('leadsource_test', 'leadsource_docs').slice(1);
  return {
    root,
    directory: mkdtempSync(join(tmpdir(), 'leadsource-docs-')),
    url: service.url,
    secretKey: service.secretKey,
    publishableKey: made['publishableKey'] ?? '',
    organizationId: second.id,
    keyId: (spare.body as { id: string }).id,
    superuserUrl: empty.superuserUrl,
    filledUrl: filled.url,
    emptyUrl: empty.url,
    comingUrl: coming.href,
  };
}

/** Matches what has the same members and texts, numbers and nulls in the same places; `"…": "…"` stands for more members. */
function alike(shown: unknown): unknown {
  if (Array.isArray(shown)) return shown.map(alike);
  if (typeof shown === 'string') return expect.any(String);
  if (typeof shown === 'number') return expect.any(Number);
  if (typeof shown !== 'object' || shown === null) return shown;
  const { '…': more, ...members } = shown as Record<string, unknown>;
  const matched = Object.fromEntries(Object.entries(members).map(([name, value]) => [name, alike(value)]));
  return more === undefined ? matched : expect.objectContaining(matched);
}
