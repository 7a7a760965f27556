import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { startTestService, type TestDatabase, testDatabase } from '../support/service.ts';

describe('leadsource organization', () => {
  let database: TestDatabase;
  let operator: CommandLine;
  beforeEach(async () => {
    database = await testDatabase();
    operator = commandLine(database.url);
  });
  afterEach(async () => {
    operator[Symbol.dispose]();
    await database.drop();
  });

  test('create makes the database where there is none, an organization, and its first key', async () => {
    const { exitCode, out } = await operator.run('organization', 'create', '--name', 'Shop');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^Organization: {2}org_[0-9A-Z]{26}\nSecret key: {4}sk_live_[0-9A-Za-z]{38}\n$/);
    expect(await operator.json('organization', 'list')).toMatchObject([
      { name: 'Shop', environment: 'live', rateLimit: null, createdTime: '2026-11-23T08:15:30.123Z' },
    ]);
    expect(await operator.json('key', 'list')).toMatchObject([{ type: 'secret', acl: ['*'] }]);
  });

  test('create takes id, environment and limit, and makes no key where none is wanted', async () => {
    const options = ['--id', 'box', '--environment', 'sandbox', '--rate-limit', '3000/600', '--no-key'];
    const made = await operator.json('organization', 'create', ...options);
    expect(made).toMatchObject({ id: 'box', environment: 'sandbox', rateLimit: '3000/600' });
    expect(made).not.toHaveProperty('secretKey');
    expect(await operator.json('key', 'list')).toEqual([]);
    const again = await operator.run('organization', 'create', '--id', 'box');
    expect(again.err).toBe('leadsource: An organization with this id exists.\n');
    expect(again.exitCode).toBe(1);
  });

  test('set changes what is named, and gives the limit of the service back', async () => {
    await operator.run('organization', 'create', '--id', 'main', '--name', 'Old', '--no-key');
    const limited = await operator.json('organization', 'set', 'main', '--rate-limit', 'off');
    expect(limited).toMatchObject({ name: 'Old', environment: 'live', rateLimit: 'off' });
    const options = ['--rate-limit', 'default', '--name', 'New', '--environment', 'sandbox'];
    const changed = await operator.json('organization', 'set', 'main', ...options);
    expect(changed).toMatchObject({ name: 'New', environment: 'sandbox', rateLimit: null });
    const name = '😀'.repeat(255);
    expect(await operator.json('organization', 'set', 'main', '--name', name)).toMatchObject({ name });
  });

  test('set with nothing to set, or of nobody, is refused', async () => {
    await operator.run('organization', 'create', '--id', 'main', '--no-key');
    expect((await operator.run('organization', 'set', 'main')).exitCode).toBe(2);
    const unknown = await operator.run('organization', 'set', 'other', '--name', 'x');
    expect(unknown).toEqual({ exitCode: 1, out: '', err: 'leadsource: No such organization.\n' });
  });

  test('a service that starts later takes its key', async () => {
    const { secretKey } = (await operator.json('organization', 'create')) as { secretKey: string };
    await using service = await startTestService({ DATABASE_URL: database.url });
    expect((await service.call('GET', '/customers', { key: secretKey })).status).toBe(200);
  });
});

describe('the organization of a command', () => {
  let database: TestDatabase;
  let operator: CommandLine;
  beforeEach(async () => {
    database = await testDatabase();
    operator = commandLine(database.url);
  });
  afterEach(async () => {
    operator[Symbol.dispose]();
    await database.drop();
  });

  test.each([
    ['key', 'create'],
    ['key', 'list'],
    ['organization', 'list'],
    ['token', 'create'],
  ])('without a database file, %s %s says how to begin and makes none', async (...words) => {
    using beginner = commandLine();
    const { exitCode, out, err } = await beginner.run(...words);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toMatch(
      /^leadsource: There is no database at \S+ yet: start the service first, or run [^\n]+\n$/,
    );
    expect(existsSync(beginner.databaseUrl.replace('sqlite:', ''))).toBe(false);
  });

  test('may be left out while there is one, and must be chosen from the named where there are several', async () => {
    await operator.run('organization', 'create', '--id', 'one', '--no-key');
    expect((await operator.run('key', 'create')).exitCode).toBe(0);
    await operator.run('organization', 'create', '--id', 'two', '--no-key');
    const several = await operator.run('key', 'create');
    expect(several.exitCode).toBe(2);
    expect(several.err).toBe(
      'leadsource: There are several organizations; choose one with --organization: one, two.\n',
    );
    const chosen = await operator.json('key', 'create', '--organization', 'two');
    expect(chosen).toMatchObject({ organizationId: 'two' });
    const unknown = await operator.run('key', 'create', '--organization', 'three');
    expect(unknown.err).toBe('leadsource: There is no organization "three", only one, two.\n');
  });

  test('is the one whose keys are listed and revoked, and whose tokens are made', async () => {
    for (const id of ['one', 'two']) await operator.run('organization', 'create', '--id', id);
    const ofTwo = ['--organization', 'two'];
    const [key] = (await operator.json('key', 'list', ...ofTwo)) as readonly { readonly id: string }[];
    expect(key).toMatchObject({ organizationId: 'two' });
    const elsewhere = await operator.run('key', 'revoke', key?.id ?? '', '--organization', 'one');
    expect(elsewhere).toEqual({ exitCode: 1, out: '', err: 'leadsource: No such API key.\n' });
    expect((await operator.run('key', 'revoke', key?.id ?? '', ...ofTwo)).exitCode).toBe(0);
    expect(await operator.json('key', 'list', ...ofTwo)).toEqual([]);
    const { token } = (await operator.json('token', 'create', ...ofTwo)) as { readonly token: string };
    const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    expect(claims).toContain('"two"');
  });
});
