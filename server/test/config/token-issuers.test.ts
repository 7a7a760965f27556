import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { configFaults } from '../support/config-faults.ts';

const issuer = {
  issuer: 'https://login.example/',
  audience: 'leads',
  algorithms: ['RS256', 'ES256'],
  jwksUrl: 'https://login.example/.well-known/jwks.json',
};

function read(described: unknown) {
  return readConfig({ LEADSOURCE_JWT_ISSUERS: JSON.stringify(described) }).jwtIssuers;
}

function faultsIn(text: string, own = ''): readonly string[] {
  return configFaults({ LEADSOURCE_JWT_ISSUERS: text, LEADSOURCE_JWT_ISSUER: own });
}

/** The places of the faults in an issuer that is like ours but for these members. */
function faultyPlaces(members: Record<string, unknown>): readonly string[] {
  const faults = faultsIn(JSON.stringify([{ ...issuer, ...members }]));
  return faults.map((fault) => /^LEADSOURCE_JWT_ISSUERS(\S*) must [^\n]*\.$/.exec(fault)?.[1] ?? fault);
}

describe('outside token issuers', () => {
  test('may be none', () => {
    expect(read([])).toEqual([]);
  });

  test('use our names of claims and may speak for any organization unless they say otherwise', () => {
    expect(read([issuer])).toEqual([
      {
        ...issuer,
        claims: { organizationId: 'organizationId', permissions: 'permissions' },
        organizationIds: [],
      },
    ]);
  });

  test('may name claims, all or some, and organizations', () => {
    const claims = { organizationId: 'https://login.example/org' };
    const [first, second] = read([
      { ...issuer, claims, organizationIds: ['org_1', 'org_2'] },
      { ...issuer, issuer: 'other', claims: { organizationId: 'o', permissions: 'p' } },
    ]);
    expect(first?.claims).toEqual({
      organizationId: 'https://login.example/org',
      permissions: 'permissions',
    });
    expect(first?.organizationIds).toEqual(['org_1', 'org_2']);
    expect(second?.claims).toEqual({ organizationId: 'o', permissions: 'p' });
  });

  test('cannot be changed once they are read', () => {
    const [first] = read([issuer]);
    expect(Object.isFrozen(first)).toBe(true);
    expect(Object.isFrozen(first?.algorithms)).toBe(true);
    expect(Object.isFrozen(first?.claims)).toBe(true);
  });

  test.each([
    'http://localhost:8080/jwks',
    'http://127.0.0.1/jwks',
    'http://127.9.9.9/jwks',
    'http://[::1]:1/jwks',
  ])('may keep their keys without TLS on this machine: %s', (jwksUrl) => {
    expect(read([{ ...issuer, jwksUrl }])[0]?.jwksUrl).toBe(jwksUrl);
  });

  test.each([
    'http://login.example/jwks',
    'http://localhost.example/jwks',
    'http://127.0.0.1.example/jwks',
    'http://127.example/jwks',
    'http://[::2]/jwks',
    'http://0.0.0.0/jwks',
    'http://10.0.0.1/jwks',
    'https://user:secret@login.example/jwks',
    'https://login.example/jwks#a',
    'https://login.example/j wks',
    'https://',
    'file:///etc/passwd',
    'data:application/json,{}',
    '/jwks',
    '',
    7,
    null,
    undefined,
  ])('must not keep their keys at %j', (jwksUrl) => {
    expect(faultyPlaces({ jwksUrl })).toEqual(['[0].jwksUrl']);
  });

  test.each([
    [[]],
    [['HS256']],
    [['none']],
    [['RS256', 'HS512']],
    [['rs256']],
    [['RS256', 7]],
    ['RS256'],
    [{ 0: 'RS256', length: 1 }],
    [null],
    [undefined],
  ])('must sign with asymmetric algorithms, not %j', (algorithms) => {
    expect(faultyPlaces({ algorithms })).toEqual(['[0].algorithms']);
  });

  test.each(['', 'a b', 'é', 'x'.repeat(513), 7, null, undefined, ['a']])('have names unlike %j', (name) => {
    expect(faultyPlaces({ issuer: name })).toEqual(['[0].issuer']);
    expect(faultyPlaces({ audience: name })).toEqual(['[0].audience']);
  });

  test.each([
    [{ organizationId: '' }, '[0].claims.organizationId'],
    [{ organizationId: null }, '[0].claims.organizationId'],
    [{ permissions: ['p'] }, '[0].claims.permissions'],
    [{ organisationId: 'o' }, '[0].claims'],
    [[], '[0].claims'],
    ['o', '[0].claims'],
    [null, '[0].claims'],
  ])('have claims unlike %j', (claims, place) => {
    expect(faultyPlaces({ claims })).toEqual([place]);
  });

  test.each([[[]], [['a b']], [['org_1', 7]], ['org_1'], [null], [['']]])(
    'speak for organizations unlike %j',
    (ids) => {
      expect(faultyPlaces({ organizationIds: ids })).toEqual(['[0].organizationIds']);
    },
  );

  test.each(['algorithm', 'jwks', 'Issuer', 'organizationId', '__proto__', 'toString'])(
    'have no member %s, which may be a misspelt restriction',
    (member) => {
      const text = JSON.stringify([issuer]).replace('{', `{"${member}":"x",`);
      expect(faultsIn(text)).toEqual([
        expect.stringMatching(/^LEADSOURCE_JWT_ISSUERS\[0\] must have no other/),
      ]);
    },
  );

  test.each(['{', '{}', 'null', '"x"', '7', '[', '[1,]', 'https://login.example'])(
    'must be JSON, an array: %j',
    (text) => {
      expect(faultsIn(text)).toEqual([expect.stringMatching(/^LEADSOURCE_JWT_ISSUERS must be (a )?JSON/)]);
    },
  );

  test.each([null, 7, 'x', []])('must be objects, not %j', (described) => {
    expect(faultsIn(JSON.stringify([issuer, described]))).toEqual([
      'LEADSOURCE_JWT_ISSUERS[1] must be an object.',
    ]);
  });

  test('have all their faults told at once', () => {
    const faults = faultsIn(JSON.stringify([{}, { ...issuer, audience: '', jwksUrl: '' }]));
    expect(faults.map((fault) => fault.split(' ')[0]?.replace('LEADSOURCE_JWT_ISSUERS', ''))).toEqual([
      '[0].issuer',
      '[0].audience',
      '[0].algorithms',
      '[0].jwksUrl',
      '[1].audience',
      '[1].jwksUrl',
    ]);
  });

  test('must all differ, also from this service itself', () => {
    expect(faultsIn(JSON.stringify([issuer, { ...issuer, audience: 'b' }]))).toEqual([
      'LEADSOURCE_JWT_ISSUERS[1].issuer must differ from the issuers before it.',
    ]);
    expect(faultsIn(JSON.stringify([issuer]), issuer.issuer)).toEqual([
      "LEADSOURCE_JWT_ISSUERS must not name this service's own issuer.",
    ]);
    expect(faultsIn(JSON.stringify([{ ...issuer, issuer: 'http://127.0.0.1:8080' }]))).toHaveLength(1);
    expect(faultsIn(JSON.stringify([issuer]), 'https://login.example')).toEqual([]);
  });
});
