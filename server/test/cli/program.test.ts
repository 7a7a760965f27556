import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { settings } from '../../src/config.ts';
import { version } from '../../src/version.ts';
import { type CommandLine, commandLine, commandTime } from '../support/command-line.ts';
import { commands, namesOfStopping } from '../support/commands.ts';
import { startTestService, testDatabase } from '../support/service.ts';

const secret = 'notARealKeyButLongEnoughForTheTests0000';

describe('leadsource', () => {
  let operator: CommandLine;
  beforeAll(() => {
    operator = commandLine();
  });
  afterAll(() => operator[Symbol.dispose]());

  test('--version prints the version', async () => {
    expect(await operator.run('--version')).toEqual({ exitCode: 0, out: `${version}\n`, err: '' });
  });

  test('--help explains commands, exit codes and examples on standard output', async () => {
    const { exitCode, out, err } = await operator.run('--help');
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    for (const part of ['serve', 'key', 'organization', 'token', 'settings', 'Exit codes:', 'Examples:']) {
      expect(out).toContain(part);
    }
  });

  test('--help names every command that needs the service to be stopped', async () => {
    const { out } = await operator.run('--help');
    const named = out.replaceAll(/\s+/g, ' ').match(/except for (.*?): stop it before these/)?.[1];
    expect(named?.split(/, | and /)).toEqual(
      expect.arrayContaining(['import --restore', ...namesOfStopping]),
    );
  });

  test.each(
    commands.filter(
      ({ command }) =>
        command.registeredArguments.length > 0 || command.options.some(({ flags }) => flags !== '--json'),
    ),
  )('$name, which can be given in several ways, has examples in its help', async ({ name }) => {
    const { out } = await operator.run(...name.split(' ').slice(1), '--help');
    const [, examples = ''] = out.split(/^Examples?:\n/m);
    expect(examples).toMatch(/^ {2}\$ /);
    expect(examples).toContain(name);
  });

  test.each([[[]], [['key']], [['organization']], [['token']]])(
    'with the words %j alone it helps on standard error, as with any fault of usage',
    async (words) => {
      const { exitCode, out, err } = await operator.run(...words);
      expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
      expect(err).toContain('Usage: leadsource');
    },
  );

  test.each([
    [['sevre'], "leadsource: unknown command 'sevre' (Did you mean serve?)\n"],
    [['key', 'create', '--jsno'], "leadsource: unknown option '--jsno' (Did you mean --json?)\n"],
    [['key', 'revoke'], "leadsource: missing required argument 'id'\n"],
  ])('answers %j with one line and exit code 2', async (words, err) => {
    expect(await operator.run(...words)).toEqual({ exitCode: 2, out: '', err });
  });

  test('names every wrong setting in a line of its own', async () => {
    const wrong = { PORT: 'http', LEADSOURCE_RATE: '1/1', LEADSOURCE_SECRET_KEY: 'short-secret' };
    const { exitCode, out, err } = await operator.runWith(wrong, 'key', 'list');
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err.trimEnd().split('\n')).toHaveLength(3);
    expect(err).toMatch(/^(?:leadsource: [^\n]+\.\n)+$/);
    expect(err).not.toContain('short-secret');
  });
});

describe('leadsource settings', () => {
  const operator = commandLine();
  afterAll(() => operator[Symbol.dispose]());

  test('shows every setting with its description, and what it is when unset', async () => {
    const { out } = await operator.run('settings');
    for (const setting of Object.values(settings)) {
      expect(out).toContain(setting.name);
      expect(out).toContain(setting.description);
      expect(out).toContain('default' in setting ? setting.default : setting.otherwise);
    }
  });

  test('marks those that are set, and shows no confidential value', async () => {
    const set = { HOST: '::1', LEADSOURCE_SECRET_KEY: secret, DATABASE_URL: `postgres://u:${secret}@db/x` };
    for (const words of [['settings'], ['settings', '--json']]) {
      const { exitCode, out, err } = await operator.runWith(set, ...words);
      expect(exitCode).toBe(0);
      expect(out + err).not.toContain(secret);
    }
    const { out } = await operator.runWith(set, 'settings');
    expect(out).toContain('* HOST=::1  (default: 127.0.0.1)\n');
    expect(out).toContain('* LEADSOURCE_SECRET_KEY is set, but not shown');
    expect(out).toContain('  PORT  (default: 8080)\n');
  });

  test('fails where they cannot be used, after showing them', async () => {
    const { exitCode, out, err } = await operator.runWith({ PORT: 'x' }, 'settings', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({ name: 'PORT', isSet: true, value: 'x' }),
    );
    expect(err).toBe('leadsource: PORT must be a whole number from 0 to 65535, not "x".\n');
  });
});

describe('leadsource token create', () => {
  test('mints a token that the running service takes, with no more rights than asked for', async () => {
    await using service = await startTestService({}, () => commandTime);
    using operator = commandLine(service.databaseUrl);
    const words = [
      'token',
      'create',
      '--permissions',
      'customers:read',
      '--subject',
      'report',
      '--lifetime',
      '900',
    ];
    const shared = { LEADSOURCE_PUBLIC_URL: 'http://leadsource.test' };
    const { exitCode, out } = await operator.runWith(shared, ...words, '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      subject: 'report',
      permissions: ['customers:read'],
      expiresTime: '2026-11-23T08:30:30.000Z',
    });
    const headers = { Authorization: `Bearer ${JSON.parse(out).token}` };
    expect((await service.call('GET', '/customers', { key: null, headers })).status).toBe(200);
    expect((await service.call('GET', '/api-keys', { key: null, headers })).status).toBe(403);
  });

  test('refuses a lifetime out of bounds', async () => {
    const database = await testDatabase();
    using operator = commandLine(database.url);
    await operator.run('organization', 'create', '--no-key');
    const { exitCode, err } = await operator.run('token', 'create', '--lifetime', '59');
    expect({ exitCode, err }).toEqual({
      exitCode: 2,
      err: 'leadsource: lifetimeSeconds: Must be a whole number of seconds from 60 to 86400.\n',
    });
    await database.drop();
  });
});
