import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startProcess } from '../support/served.ts';
import { type TestDatabase, testDatabase } from '../support/service.ts';

/** For Node to run first: this part of the service cannot be loaded, as where the process may open no more files. */
const withoutPart = (part: string) => `
  import { registerHooks } from 'node:module';
  import { isMainThread } from 'node:worker_threads';
  registerHooks({
    load(url, context, next) {
      if (isMainThread && /\\/${part}[^/]*$/.test(url)) throw new Error('EMFILE: too many open files');
      return next(url, context);
    },
  });`;
const givenSecret = "sk'live$notARealKeyButLongEnoughForTheTests";

describe('leadsource serve', () => {
  let database: TestDatabase;
  let environment: Record<string, string>;
  beforeEach(async () => {
    database = await testDatabase();
    environment = { PORT: '0', DATABASE_URL: database.url };
  });
  afterEach(() => database.drop());

  test('greets with a line to paste, which works, lets no other have its file, and stops in good order', async () => {
    await using service = startProcess(['serve'], environment);
    await service.until('Try it:\n  curl ');
    await service.until('\n\n');
    expect(service.said.out).toMatch(/^leadsource listens on http:\/\/127\.0\.0\.1:\d+ /);
    const pasted = /^ {2}(curl .+)$/m.exec(service.said.out)?.[1] ?? '';
    const { stdout } = await promisify(execFile)('sh', ['-c', `${pasted} -sf`]);
    expect(JSON.parse(stdout)).toMatchObject({ source: 'google', original: { campaign: 'spring' } });
    await using second = startProcess(['serve'], environment);
    expect(await second.exited).toBe(1);
    expect(second.said.err).toMatch(/^leadsource: Another server is running on [^\n]+\n$/);
    service.child.kill('SIGTERM');
    expect(await service.exited).toBe(0);
    expect(service.said.err).toBe('');
  });

  test('does not repeat a key that the operator gave, and greets with a line that works beside it', async () => {
    const given = { ...environment, LEADSOURCE_SECRET_KEY: givenSecret };
    await using service = startProcess(['serve'], given);
    await service.until('Try it:\n  curl ');
    await service.until('\n\n');
    expect(service.said.out).not.toContain(givenSecret);
    const pasted = /^ {2}(curl .+)$/m.exec(service.said.out)?.[1] ?? '';
    const { stdout } = await promisify(execFile)('sh', ['-c', `${pasted} -sf`], {
      env: { ...process.env, ...given },
    });
    expect(JSON.parse(stdout)).toMatchObject({ source: 'google' });
    service.child.kill('SIGINT');
    expect(await service.exited).toBe(0);
  });

  test('--json does not repeat a key that the operator gave either', async () => {
    const given = { ...environment, LEADSOURCE_SECRET_KEY: givenSecret };
    await using service = startProcess(['serve', '--json'], given);
    await service.until('\n');
    expect(JSON.parse(service.said.out)).toMatchObject({ secretKey: null });
  });

  test('says in one line that its port is taken, exits with 1, and shows its key once the port is free', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    const address = squatter.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    await using refused = startProcess(['serve'], { ...environment, PORT: port });
    expect(await refused.exited).toBe(1);
    expect(refused.said.out).toBe('');
    expect(refused.said.err).toMatch(/^leadsource: [^\n]*another program already listens there[^\n]*\n$/);
    await new Promise((resolve) => squatter.close(resolve));
    await using service = startProcess(['serve', '--json'], { ...environment, PORT: port });
    await service.until('\n');
    const greeting = JSON.parse(service.said.out) as { url: string; secretKey: string };
    const answer = await fetch(`${greeting.url}/customers`, {
      headers: { 'REB-APIKEY': greeting.secretKey },
    });
    expect(answer.status).toBe(200);
  });

  test.each(['composition', 'opened-store'])('exits with 1 where %s cannot be loaded', async (part) => {
    const first = `--import=data:text/javascript,${encodeURIComponent(withoutPart(part)).replaceAll("'", '%27')}`;
    await using service = startProcess(['serve'], { ...environment, NODE_OPTIONS: first });
    expect(await service.exited).toBe(1);
    expect(service.said).toEqual({ out: '', err: 'leadsource: EMFILE: too many open files\n' });
  });

  test('--json greets with one line, and links and the OpenAPI document have the port that the system chose', async () => {
    await using service = startProcess(['serve', '--json'], environment);
    await service.until('\n');
    const greeting = JSON.parse(service.said.out);
    expect(greeting).toEqual({
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      organizationIds: [expect.stringMatching(/^org_/)],
      secretKey: expect.stringMatching(/^sk_live_/),
    });
    const { url, secretKey } = greeting as { readonly url: string; readonly secretKey: string };
    const created = await fetch(`${url}/customers`, {
      method: 'POST',
      headers: { 'REB-APIKEY': secretKey, 'Content-Type': 'application/json' },
      body: '{"id":"linked"}',
    });
    expect(created.headers.get('location')).toBe(`${url}/customers/linked`);
    const { servers } = (await (await fetch(`${url}/openapi.json`)).json()) as { servers: { url: string }[] };
    expect(servers.map((server) => server.url)).toEqual([url, `${url}/organizations/{organizationId}`]);
  });
});
