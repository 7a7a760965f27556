import { expect, test } from 'vitest';
import { ChildService } from '../support/child-service.ts';
import { exchange } from '../support/raw-http.ts';
import { testDatabase, testSecretKey } from '../support/service.ts';
import { wireBytes } from '../support/wire.ts';

const forged = '{"level":60,"msg":"forged"}';
const text = `a\r\n${forged}\n\u001b[31m\u0007\u2028${forged}`;

test('nothing that a client sends becomes a line of the log, and no credential stands in it', async () => {
  const { path: databasePath, url: DATABASE_URL, drop } = await testDatabase();
  await using service = new ChildService({
    databasePath,
    settings: { DATABASE_URL, LEADSOURCE_LOG_LEVEL: 'trace', LEADSOURCE_DRAIN_SECONDS: '0' },
  });
  const port = Number(new URL(await service.url()).port);
  const target = '/customers/a/lead-source';
  const body = JSON.stringify({ source: text, path: text, clickId: text });
  const escaped = encodeURIComponent(text);
  const statuses = [];
  for (const request of [
    { target, body },
    { target: `/customers/${escaped}/lead-source`, body },
    { target: `/${escaped}?${escaped}&REB-APIKEY=${testSecretKey}` },
    { target, body: text },
    { target, key: 'sk_live_forged', body },
    { target, key: null, headers: [['Authorization', `Bearer ${escaped}`]], body } as const,
    { target, headers: [['Host', 'second']], body } as const,
    { target: `${target}#${escaped}`, body },
  ]) {
    statuses.push((await exchange(port, wireBytes(request))).status);
  }
  expect(statuses).toEqual([201, 422, 404, 400, 401, 401, 400, 400]);
  service.signal('SIGTERM');
  const { code, stdout, stderr } = await service.ended;
  expect([code, stderr]).toEqual([0, '']);

  // The greeting ends with an empty line; nothing but entries may follow it.
  const afterGreeting = stdout.slice(stdout.indexOf('\n\n', stdout.indexOf('Try it:')) + 2);
  const logged = afterGreeting.trimEnd().split('\n');
  expect(logged.length).toBeGreaterThan(0);
  for (const line of logged) {
    const entry = JSON.parse(line);
    expect(entry).toMatchObject({ level: expect.any(Number), time: expect.any(Number) });
    expect(entry).not.toMatchObject({ msg: 'forged' });
    expect(line).not.toContain(testSecretKey);
    expect(line).not.toContain('sk_live_');
  }
  await drop();
});

test('a service that ends says of whom it turns away what the reason is, and no more', async () => {
  const { path: databasePath, url: DATABASE_URL, drop } = await testDatabase();
  await using service = new ChildService({
    databasePath,
    settings: { DATABASE_URL, LEADSOURCE_LOG_LEVEL: 'warn', LEADSOURCE_DRAIN_SECONDS: '3' },
  });
  const url = await service.url();
  expect((await fetch(`${url}/health/ready`)).status).toBe(200);
  service.signal('SIGTERM');
  const readiness = async () => (await fetch(`${url}/health/ready`)).status;
  await expect.poll(readiness, { interval: 10 }).toBe(503);
  const { stdout } = await service.ended;
  const lines = stdout.split('\n').filter((line) => line.includes('A request'));
  expect(lines.length).toBeGreaterThan(0);
  for (const line of lines) {
    const reason = 'The service is shutting down.';
    expect(JSON.parse(line)).toMatchObject({ level: 40, reason, msg: 'A request could not be served.' });
    expect(line).not.toContain('stack');
  }
  await drop();
});
