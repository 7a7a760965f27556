import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { startTestService, type TestService } from '../support/service.ts';

describe('leadsource key, beside a running service', () => {
  let service: TestService;
  let operator: CommandLine;
  beforeAll(async () => {
    service = await startTestService();
    operator = commandLine(service.databaseUrl);
  });
  afterAll(async () => {
    operator[Symbol.dispose]();
    await service[Symbol.asyncDispose]();
  });

  test('create prints nothing but the key to standard output, and the service takes it', async () => {
    const { exitCode, out, err } = await operator.run('key', 'create');
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^sk_live_[0-9A-Za-z]{38}\n$/);
    expect(err).not.toContain(out.trim());
    const answer = await service.call('GET', '/customers', { key: out.trim() });
    expect(answer.status).toBe(200);
  });

  test('create keeps what its options say', async () => {
    const made = await operator.json(
      ...['key', 'create', '--description', 'Billing', '--acl', 'lead-sources:write, customers:read'],
      ...['--allowed-ips', '192.0.2.0/24,2001:db8::1', '--expires', '2027-01-31'],
    );
    expect(made).toMatchObject({
      organizationId: service.organizationId,
      type: 'secret',
      description: 'Billing',
      acl: ['lead-sources:write', 'customers:read'],
      allowedIps: ['192.0.2.0/24', '2001:db8::1'],
      expiresTime: '2027-01-31T00:00:00.000Z',
      createdTime: '2026-11-23T08:15:30.123Z',
      secretKey: expect.stringMatching(/^sk_live_/),
    });
  });

  test('a publishable key may do nothing but capture, unless more is asked for', async () => {
    const origins = ['--allowed-origins', 'https://shop.example,https://www.shop.example'];
    expect(await operator.json('key', 'create', '--type', 'publishable', ...origins)).toMatchObject({
      type: 'publishable',
      acl: ['capture:write'],
      allowedOrigins: ['https://shop.example', 'https://www.shop.example'],
      publishableKey: expect.stringMatching(/^pk_live_/),
    });
  });

  test('list shows every key, but none of the keys themselves', async () => {
    const { secretKey, id } = (await operator.json('key', 'create')) as { secretKey: string; id: string };
    const { out } = await operator.run('key', 'list');
    expect(out).toContain(id);
    expect(out).not.toContain(secretKey);
    expect(JSON.stringify(await operator.json('key', 'list'))).not.toContain(secretKey);
  });

  test('list writes a description so that it cannot act on the terminal', async () => {
    await operator.run('key', 'create', '--description', '\u001b[2Jgone\nkey_forged');
    const { out } = await operator.run('key', 'list');
    expect(out).toContain('\\u{1b}[2Jgone\\u{a}key_forged');
  });

  test('revoke ends a key for good', async () => {
    const { id } = (await operator.json('key', 'create')) as { id: string };
    expect(await operator.json('key', 'revoke', id)).toEqual({ id, revoked: true });
    expect(await operator.json('key', 'list')).not.toContainEqual(expect.objectContaining({ id }));
    const again = await operator.run('key', 'revoke', id);
    expect(again).toEqual({ exitCode: 1, out: '', err: 'leadsource: No such API key.\n' });
  });

  test.each([
    ['--acl', 'everything'],
    ['--acl', ''],
    ['--type', 'private'],
    ['--allowed-ips', '10.0.0.0/40'],
    ['--allowed-ips', 'fe80::1%eth0'],
    ['--allowed-origins', 'shop.example'],
    ['--allowed-origins', 'https://shop.example:443'],
    ['--allowed-origins', 'https://shop.example/path'],
    ['--expires', 'tomorrow'],
    ['--expires', '2026-11-23T08:15:30.123Z'],
    ['--description', 'x'.repeat(256)],
    ['--organization', 'a b'],
  ])('refuses %s %j as a fault of usage, in one line', async (option, value) => {
    const { exitCode, out, err } = await operator.run('key', 'create', option, value);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(new RegExp(`^leadsource: option '${option} [^\n]+\n$`));
  });
});
