import { afterEach, describe, expect, test, vi } from 'vitest';
import { currentEnvironment, readConfig, settings } from '../src/config.ts';
import { configFaults } from './support/config-faults.ts';

const secret = `sk_live_${'x'.repeat(38)}`;

describe('an environment that sets nothing', () => {
  const defaults = {
    port: 8080,
    host: '127.0.0.1',
    database: { engine: 'sqlite', path: './data/leadsource.db' },
    postgresPrepare: 'on',
    publicUrl: 'http://127.0.0.1:8080',
    organizationId: null,
    secretKey: null,
    rateLimit: { calls: 3000, windowSeconds: 600 },
    captureRateLimit: { calls: 600, windowSeconds: 60 },
    authFailureLimit: { calls: 600, windowSeconds: 60 },
    putReplaceStatus: 201,
    jwtIssuer: 'http://127.0.0.1:8080',
    jwtAudience: 'leadsource',
    jwtIssuers: [],
    trustedProxies: [],
    webhookAllowedNetworks: [],
    drainSeconds: 0,
    logLevel: 'info',
  };

  test('means the defaults', () => {
    expect(readConfig({})).toEqual(defaults);
  });

  test('is like one that sets everything, and names nobody knows, to nothing', () => {
    const empty = Object.values(settings).map(({ name }) => [name, '']);
    expect(readConfig({ ...Object.fromEntries(empty), LEADSOURCE_NOPE: '' })).toEqual(defaults);
    expect(readConfig({ PORT: undefined, LEADSOURCE_NOPE: undefined })).toEqual(defaults);
  });
});

describe('a configuration', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('cannot be changed, however deep', () => {
    const config = readConfig({ LEADSOURCE_TRUSTED_PROXIES: '10.0.0.1' });
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.isFrozen(config.database)).toBe(true);
    expect(Object.isFrozen(config.rateLimit)).toBe(true);
    expect(Object.isFrozen(config.trustedProxies)).toBe(true);
  });

  test('is read from the environment that the program was started in', () => {
    vi.stubEnv('LEADSOURCE_LOG_LEVEL', 'fatal');
    expect(readConfig(currentEnvironment()).logLevel).toBe('fatal');
  });

  test('names and describes each of its settings once', () => {
    const names = Object.values(settings).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const setting of Object.values(settings)) {
      expect(setting.description).toMatch(/^\S[^\n]*\.$/);
      expect('default' in setting !== 'otherwise' in setting).toBe(true);
    }
  });
});

describe('a setting', () => {
  test('that is wrong is shown, shortened and on one line', () => {
    expect(configFaults({ LEADSOURCE_DRAIN_SECONDS: '9' })).toEqual([
      'LEADSOURCE_DRAIN_SECONDS must be a whole number from 0 to 8, not "9".',
    ]);
    const [fault = ''] = configFaults({ LEADSOURCE_LOG_LEVEL: `a\nb${'x'.repeat(10_000)}` });
    expect(fault).toContain('not "a\\nbxxx');
    expect(fault.length).toBeLessThan(250);
  });

  test.each([
    ['LEADSOURCE_SECRET_KEY', 'hunter2'],
    ['LEADSOURCE_SECRET_KEY', `hunter2 ${secret}`],
    ['DATABASE_URL', 'postgre://user:hunter2@db/x'],
    ['DATABASE_URL', 'hunter2'],
    ['LEADSOURCE_PUBLIC_URL', 'https://user:hunter2@x.example'],
    ['LEADSOURCE_JWT_ISSUERS', '{"hunter2'],
    ['LEADSOURCE_JWT_ISSUERS', '[{"issuer":"a","hunter2":1}]'],
  ])('%s that is wrong is never repeated, since it may hold a secret', (name, text) => {
    expect(configFaults({ [name]: text }).join()).toContain(name);
    expect(configFaults({ [name]: text }).join()).not.toContain('hunter2');
  });
});

describe('several faults', () => {
  test('are all told, a line each', () => {
    const environment = {
      PORT: 'x',
      LEADSOURCE_LOG_LEVEL: 'x',
      LEADSOURCE_NOPE: '1',
      LEADSOURCE_SECRET_KEY: secret,
    };
    expect(configFaults(environment)).toHaveLength(3);
    expect(() => readConfig(environment)).toThrow(configFaults(environment).join('\n'));
  });
});

describe('a name nobody knows', () => {
  test.each([
    ['LEADSOURCE_RATELIMIT', 'LEADSOURCE_RATE_LIMIT'],
    ['LEADSOURCE_RATE_LIMITS', 'LEADSOURCE_RATE_LIMIT'],
    ['LEADSOURCE_PUBLIC_URI', 'LEADSOURCE_PUBLIC_URL'],
    ['LEADSOURCE_JWT_ISUERS', 'LEADSOURCE_JWT_ISSUERS'],
    ['LEADSOURCE_TRUST_PROXIES', 'LEADSOURCE_TRUSTED_PROXIES'],
    ['LEADSOURCE_DATABASE_URL', 'DATABASE_URL'],
    ['LEADSOURCE_HOST', 'HOST'],
    ['LEADSOURCE_KEY_FILE', null],
    ['LEADSOURCE_URLS', null],
    ['LEADSOURCE_log_level', null],
    ['LEADSOURCE_FLAVOUR', null],
    ['LEADSOURCE_', null],
  ])('is refused: %s, for which %s is proposed', (name, proposed) => {
    const expected =
      proposed === null ? `${name} is no setting.` : `${name} is no setting; is ${proposed} meant?`;
    expect(configFaults({ [name]: 'x' })).toEqual([expected]);
  });

  test('is shown on one line, whatever it holds', () => {
    const [fault] = configFaults({ [`LEADSOURCE_\n${'X'.repeat(50_000)}`]: 'x' });
    expect(fault).toMatch(/^"LEADSOURCE_\\nX{40,60}…" is no setting\.$/);
  });

  test('does not matter without our prefix, for commands, or where Kubernetes sets it beside a service of our name', () => {
    const environment = {
      leadsource_x: '1',
      LEADSOURCES: '1',
      LEADSOURCE_URL: 'https://leads.example',
      LEADSOURCE_KEY: secret,
      DATABASE_URI: '1',
      LEADSOURCE_SERVICE_HOST: '10.0.0.1',
      LEADSOURCE_SERVICE_PORT_HTTP: '80',
      LEADSOURCE_PORT: 'tcp://10.0.0.1:80',
      LEADSOURCE_PORT_80_TCP_ADDR: '10.0.0.1',
    };
    expect(readConfig(environment)).toEqual(readConfig({}));
  });
});

describe('the public URL', () => {
  test.each([
    [{ PORT: '9000' }, 'http://127.0.0.1:9000'],
    [{ PORT: '80' }, 'http://127.0.0.1'],
    [{ HOST: 'leads.internal' }, 'http://leads.internal:8080'],
    [{ HOST: '0.0.0.0' }, 'http://localhost:8080'],
    [{ HOST: '::' }, 'http://localhost:8080'],
    [{ HOST: '0:0:0:0:0:0:0:0' }, 'http://localhost:8080'],
    [{ HOST: '::1' }, 'http://[::1]:8080'],
    [{ HOST: '2001:DB8::1', PORT: '1' }, 'http://[2001:db8::1]:1'],
    [{ HOST: '0.0.0.0', LEADSOURCE_PUBLIC_URL: 'https://x.example/' }, 'https://x.example'],
  ])('of %j is %s', (environment, url) => {
    expect(readConfig(environment).publicUrl).toBe(url);
  });
});
