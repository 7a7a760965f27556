import { chmodSync, existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Environment } from '../../src/config.ts';
import type { Finding } from '../../src/open-store.ts';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { startTestService, type TestDatabase, testDatabase } from '../support/service.ts';

let operator: CommandLine;
let database: TestDatabase;
/** A port that nobody listens on. */
let port: string;
beforeAll(async () => {
  database = await testDatabase();
  operator = commandLine(database.url);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = String((server.address() as AddressInfo).port);
  await new Promise((resolve) => server.close(resolve));
});
afterAll(async () => {
  operator[Symbol.dispose]();
  await database.drop();
});

async function found(settings: Environment) {
  const { exitCode, out } = await operator.runWith({ PORT: port, ...settings }, 'doctor', '--json');
  return { exitCode, findings: JSON.parse(out) as readonly Finding[] };
}

function of(findings: readonly Finding[], subject: string) {
  return findings
    .filter((finding) => finding.subject === subject)
    .map(({ verdict, sentence }) => `${verdict}: ${sentence}`);
}

describe('leadsource doctor', () => {
  test('finds nothing wrong before the first start, and makes no database', async () => {
    const { exitCode, findings } = await found({});
    // The PostgreSQL server of the tests is quick, and would lose what a power cut meets: that is found.
    const isSafe = of(findings, 'durability').every((said) => !said.startsWith('wrong'));
    expect([exitCode, isSafe]).toEqual(database.path === '' ? [1, false] : [0, true]);
    expect(of(findings, 'settings')).toEqual(['well: All settings can be used.']);
    expect(of(findings, 'port')).toEqual([
      `well: 127.0.0.1:${port} is free: the service is not running there.`,
    ]);
    if (database.path === '') expect(of(findings, 'tables')[0]).toMatch(/^well: The database is empty/);
    else expect(existsSync(database.path)).toBe(false);
  });

  test('knows a database that is in order', async () => {
    await operator.run('organization', 'create', '--no-key');
    const { findings } = await found({});
    const subject = database.path === '' ? 'tables' : 'database';
    expect(of(findings, subject)[0]).toMatch(/^well: .* is|are of version \d+, which is this program's\.$/);
    if (database.path === '') {
      expect(of(findings, 'wall')).toEqual(['well: Row-level security keeps organizations apart.']);
      return;
    }
    chmodSync(database.path, 0o644);
    expect(of((await found({})).findings, 'permissions')[0]).toMatch(
      /^doubtful: Others of this machine may open/,
    );
  });

  test('names every setting that cannot be used', async () => {
    const { exitCode, findings } = await found({ PORT: 'x', LEADSOURCE_LOG_LEVLE: 'info' });
    expect(exitCode).toBe(1);
    expect(of(findings, 'settings')).toEqual([
      expect.stringMatching(/^wrong: LEADSOURCE_LOG_LEVLE is no setting/),
      expect.stringMatching(/^wrong: PORT/),
    ]);
  });

  test('names a database that cannot be reached', async () => {
    const { exitCode, findings } = await found({ DATABASE_URL: 'postgres://nobody:not-shown@127.0.0.1:1/x' });
    expect(exitCode).toBe(1);
    expect(of(findings, 'database')).toEqual([
      expect.stringMatching(/^wrong: The PostgreSQL server of DATABASE_URL cannot be used/),
    ]);
    expect(JSON.stringify(findings)).not.toContain('not-shown');
  });

  test.each([
    ['that knows no path of ours', 404, {}],
    ['that says of its own health what ours says', 200, { status: 'ok' }],
  ])('names a port that another program has, %s', async (_which, status, body) => {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const taken = String((server.address() as AddressInfo).port);
    const { findings } = await found({ PORT: taken });
    await new Promise((resolve) => server.close(resolve));
    expect(of(findings, 'port')[0]).toMatch(/^wrong: Another program listens on/);
  });

  test('knows the service while it starts, by the problem that it answers with', async () => {
    const server = createServer(({ url = '' }, response) => {
      const problem = { type: 'about:blank', status: 503, instance: url };
      response.writeHead(503, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const taken = String((server.address() as AddressInfo).port);
    const { findings } = await found({ PORT: taken });
    await new Promise((resolve) => server.close(resolve));
    expect(of(findings, 'port')).toEqual([
      `wrong: The service on 127.0.0.1:${taken} says that it is not ready.`,
    ]);
  });

  test('knows the service that runs', async () => {
    await using service = await startTestService();
    const { port: listened } = new URL(service.url);
    const { findings } = await found({ PORT: listened });
    expect(of(findings, 'port')).toEqual([
      `well: The service answers on 127.0.0.1:${listened} and is ready.`,
    ]);
  });

  test('names a file that is no database', async () => {
    const path = join(tmpdir(), `leadsource-${process.pid}-notes.txt`);
    await writeFile(path, 'These are notes, and no database at all.\n');
    try {
      const { err } = await operator.runWith({ DATABASE_URL: `sqlite:${path}` }, 'organization', 'list');
      expect(err).toContain(`${path} is not a database, or its beginning is damaged.`);
    } finally {
      for (const ending of ['', '.lock']) await rm(path + ending, { force: true });
    }
  });

  test('names a directory where a file should be', async () => {
    const { exitCode, findings } = await found({ DATABASE_URL: `sqlite:${tmpdir()}` });
    expect(exitCode).toBe(1);
    expect(of(findings, 'database')).toEqual([`wrong: ${tmpdir()} is a directory: name a file in it.`]);
    const { err } = await operator.runWith({ DATABASE_URL: `sqlite:${tmpdir()}` }, 'organization', 'list');
    expect(err).toContain(`${tmpdir()} is a directory: name a file in it.`);
  });

  test.each([
    [{ LEADSOURCE_PUBLIC_URL: 'http://leads.example.com' }, 'public URL', /^doubtful: .* has no TLS/],
    [{ LEADSOURCE_PUBLIC_URL: 'http://localhost.example.com' }, 'public URL', /^doubtful: .* has no TLS/],
    [{ HOST: '0.0.0.0' }, 'public URL', /^doubtful: .* leads other machines to themselves/],
    [{ LEADSOURCE_PUBLIC_URL: 'https://leads.example.com' }, 'proxies', /^doubtful: .* names none/],
    [{ LEADSOURCE_TRUSTED_PROXIES: '0.0.0.0/0' }, 'proxies', /^wrong: .* can claim to come from anywhere/],
    [{ LEADSOURCE_WEBHOOK_ALLOWED_NETWORKS: '10.0.0.0/8' }, 'webhooks', /^doubtful: .* 10\.0\.0\.0\/8/],
  ])('looks at %j', async (settings, subject, sentence) => {
    expect(of((await found(settings)).findings, subject)[0]).toMatch(sentence);
  });

  test('asks issuers of tokens for their keys', async () => {
    const issuer = {
      issuer: 'https://login.example',
      audience: 'leadsource',
      algorithms: ['ES256'],
      jwksUrl: 'http://127.0.0.1:1/keys',
    };
    const { findings } = await found({ LEADSOURCE_JWT_ISSUERS: JSON.stringify([issuer]) });
    expect([...of(findings, 'issuer'), ...of(findings, 'settings')].join()).toMatch(/wrong: /);
  });
});
