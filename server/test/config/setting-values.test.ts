import { describe, expect, test } from 'vitest';
import { readConfig, settings } from '../../src/config.ts';
import { configFaults } from '../support/config-faults.ts';

const key = 'x'.repeat(32);

describe('a setting', () => {
  test.each<[string, string, unknown]>([
    ['PORT', '0', { port: 0 }],
    ['PORT', '65535', { port: 65535 }],
    ['HOST', '0.0.0.0', { host: '0.0.0.0' }],
    ['HOST', '::1', { host: '::1' }],
    ['HOST', 'db-1.internal', { host: 'db-1.internal' }],
    ['DATABASE_URL', 'sqlite:./a b.db', { database: { engine: 'sqlite', path: './a b.db' } }],
    ['DATABASE_URL', 'sqlite:/var/lib/x.db', { database: { engine: 'sqlite', path: '/var/lib/x.db' } }],
    ['DATABASE_URL', 'sqlite:///var/lib/x.db', { database: { engine: 'sqlite', path: '///var/lib/x.db' } }],
    ['DATABASE_URL', 'postgres://u:p@db/x', { database: { engine: 'postgres', url: 'postgres://u:p@db/x' } }],
    [
      'DATABASE_URL',
      'postgresql://db:5432/x',
      { database: { engine: 'postgres', url: 'postgresql://db:5432/x' } },
    ],
    ...[
      'sslmode=verify-full&sslrootcert=/ca.pem&sslcert=/a.pem&sslkey=/b.pem',
      'channel_binding=require&sslmode=require&sslnegotiation=direct',
      'sslmode=disable',
      'ssl=true',
    ].map((query): [string, string, unknown] => {
      const url = `postgres://db/x?${query}`;
      return ['DATABASE_URL', url, { database: { engine: 'postgres', url } }];
    }),
    ['LEADSOURCE_PUBLIC_URL', 'https://Leads.Example', { publicUrl: 'https://leads.example' }],
    ['LEADSOURCE_PUBLIC_URL', 'https://leads.example/', { publicUrl: 'https://leads.example' }],
    ['LEADSOURCE_PUBLIC_URL', 'https://x.example:8443/leads/', { publicUrl: 'https://x.example:8443/leads' }],
    ['LEADSOURCE_PUBLIC_URL', 'http://[::1]:80/a/b', { publicUrl: 'http://[::1]/a/b' }],
    ['LEADSOURCE_PUBLIC_URL', 'https://x.example', { jwtIssuer: 'https://x.example' }],
    ['LEADSOURCE_ORGANIZATION_ID', 'a', { organizationId: 'a' }],
    [
      'LEADSOURCE_ORGANIZATION_ID',
      'org_01-Z'.padEnd(50, 'x'),
      { organizationId: 'org_01-Z'.padEnd(50, 'x') },
    ],
    ['LEADSOURCE_SECRET_KEY', '!'.repeat(32), { secretKey: '!'.repeat(32) }],
    ['LEADSOURCE_SECRET_KEY', '~'.repeat(512), { secretKey: '~'.repeat(512) }],
    ['LEADSOURCE_RATE_LIMIT', '1/1', { rateLimit: { calls: 1, windowSeconds: 1 } }],
    ['LEADSOURCE_RATE_LIMIT', 'off', { rateLimit: 'off' }],
    ['LEADSOURCE_CAPTURE_RATE_LIMIT', '5/60', { captureRateLimit: { calls: 5, windowSeconds: 60 } }],
    ['LEADSOURCE_AUTH_FAILURE_LIMIT', 'off', { authFailureLimit: 'off' }],
    ['LEADSOURCE_PUT_REPLACE_STATUS', '200', { putReplaceStatus: 200 }],
    ['LEADSOURCE_PUT_REPLACE_STATUS', '201', { putReplaceStatus: 201 }],
    ['LEADSOURCE_JWT_ISSUER', 'https://us.example', { jwtIssuer: 'https://us.example' }],
    ['LEADSOURCE_JWT_AUDIENCE', 'leads', { jwtAudience: 'leads' }],
    [
      'LEADSOURCE_TRUSTED_PROXIES',
      '10.0.0.1, 10.1.0.0/16,::1',
      { trustedProxies: ['10.0.0.1', '10.1.0.0/16', '::1'] },
    ],
    ['LEADSOURCE_WEBHOOK_ALLOWED_NETWORKS', 'fd00::/8', { webhookAllowedNetworks: ['fd00::/8'] }],
    ['LEADSOURCE_DRAIN_SECONDS', '8', { drainSeconds: 8 }],
    ['LEADSOURCE_POSTGRES_PREPARE', 'off', { postgresPrepare: 'off' }],
    ['LEADSOURCE_LOG_LEVEL', 'silent', { logLevel: 'silent' }],
  ])('%s may be %s', (name, text, part) => {
    expect(readConfig({ [name]: text })).toMatchObject(part as object);
  });

  const wrong: Readonly<Record<string, readonly string[]>> = {
    PORT: ['-1', '65536', '80a', ' 80', '80 ', '0x50', '1e3', '8080.0', 'http'],
    HOST: ['[::1]', '256.1.1.1', '1', 'a b', 'fe80::1%eth0', '-x', 'x_y', 'a.0x1', 'http://x', 'x:80'],
    DATABASE_URL: [
      'sqlite:',
      'sqlite::memory:',
      'sqlite://:memory:',
      'sqlite:file::memory:',
      'sqlite:FILE:x',
      'sqlite:data/',
      'sqlite://data/x.db',
      './x.db',
      'SQLITE:x',
      'mysql://db/x',
      'postgres:',
      'postgres://',
      'postgres:///x',
      'postgres://[/x',
      'postgres://db/x?sslmode=requre',
      'postgres://db/x?sslmode=',
      'postgres://db/x?ssl=flase',
      'postgres://db/x?sslmode=verify-full&sslmode=x',
      'postgres://db/x?sslmod=verify-full',
      'postgres://db/x?SSLMODE=verify-full',
      'x',
    ],
    LEADSOURCE_PUBLIC_URL: [
      'x.example',
      '/x',
      '//x.example',
      'ftp://x',
      'http:x',
      'http://',
      'http:///x',
      'https://x?',
      'https://x/?a=1',
      'https://x#',
      'https://x/#a',
      'https://a:b@x',
      'https://a@x',
      'https://x/ y',
      ' https://x',
      'https://x\n',
      'http:\\\\x',
      'https://x:99999',
    ],
    LEADSOURCE_ORGANIZATION_ID: ['a b', 'a.b', 'a/b', 'é', 'x'.repeat(51), 'a\n'],
    LEADSOURCE_SECRET_KEY: [31, 513]
      .map((length) => 'x'.repeat(length))
      .concat(`${key} y`, `${key}é`, `${key}\n`),
    LEADSOURCE_RATE_LIMIT: [
      '0/60',
      '10/0',
      '10',
      '10/',
      '/10',
      '1/6/1',
      '-1/60',
      '1.5/60',
      'OFF',
      ' 1/6',
      '9999999999/6',
    ],
    LEADSOURCE_CAPTURE_RATE_LIMIT: ['x'],
    LEADSOURCE_AUTH_FAILURE_LIMIT: ['x'],
    LEADSOURCE_PUT_REPLACE_STATUS: ['202', '20', '0201', '200 '],
    LEADSOURCE_JWT_ISSUER: ['a b', 'é', 'x'.repeat(513)],
    LEADSOURCE_JWT_AUDIENCE: ['a b'],
    LEADSOURCE_TRUSTED_PROXIES: [
      'x',
      '10/8',
      '10.0.0.0/33',
      '::/129',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      '10.0.0.0/08',
      '10.0.0.0/-1',
      '010.0.0.1',
      '10.0.0.1,',
      ',',
      ' ',
      'fe80::1%eth0',
      'loopback',
      '*',
    ],
    LEADSOURCE_WEBHOOK_ALLOWED_NETWORKS: ['10.0.0.0/40'],
    LEADSOURCE_DRAIN_SECONDS: ['9', '-1', '1.5', '1s'],
    LEADSOURCE_POSTGRES_PREPARE: ['yes', 'ON', '0'],
    LEADSOURCE_LOG_LEVEL: ['INFO', 'verbose', 'inf'],
  };

  test.each(
    Object.entries(wrong).flatMap(([name, texts]) => texts.map((text): [string, string] => [name, text])),
  )('%s must not be %j, and one line says what it must be', (name, text) => {
    const [fault, ...others] = configFaults({ [name]: text });
    expect(others).toEqual([]);
    expect(fault).toMatch(new RegExp(`^${name} .*must .*\\.$`));
    expect(fault).not.toMatch(/[\n\r]/);
  });

  test('covers every setting', () => {
    const own = Object.values(settings).map(({ name }) => name);
    expect([...Object.keys(wrong), 'LEADSOURCE_JWT_ISSUERS'].toSorted()).toEqual(own.toSorted());
  });
});
