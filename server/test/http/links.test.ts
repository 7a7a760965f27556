import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService, testOrganizationId } from '../support/service.ts';

const publicUrl = 'http://leadsource.test';
const roots = ['', `/organizations/${testOrganizationId}`];

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
  await service.call('PUT', '/customers/linked', { body: { leadSource: { source: 'a' } } });
});
afterAll(() => service[Symbol.asyncDispose]());

interface Linked {
  readonly _links: readonly { href: string; rel: string }[];
}

async function linksOf(path: string): Promise<Readonly<Record<string, string>>> {
  const { body } = await service.call('GET', path);
  const { _links } = (Array.isArray(body) ? body[0] : body) as Linked;
  return Object.fromEntries(_links.map(({ rel, href }) => [rel, href]));
}

describe.each(roots)('under the root "%s"', (root) => {
  test.each([
    ['/customers/linked', { self: '/customers/linked', leadSource: '/customers/linked/lead-source' }],
    [
      '/customers/linked/lead-source',
      { self: '/customers/linked/lead-source', customer: '/customers/linked' },
    ],
    [
      '/customers?filter=id:linked',
      { self: '/customers/linked', leadSource: '/customers/linked/lead-source' },
    ],
  ])(
    'links of %s keep the root that the request came by, and work with its credential',
    async (path, links) => {
      const found = await linksOf(root + path);
      const wanted = Object.entries(links).map(([rel, to]) => [rel, publicUrl + root + to]);
      expect(found).toEqual(Object.fromEntries(wanted));
      for (const href of Object.values(found)) {
        expect((await service.call('GET', href.slice(publicUrl.length))).status).toBe(200);
      }
    },
  );

  test.each([
    ['PUT', '/customers/linked/lead-source', {}, /\/customers\/linked\/lead-source$/],
    ['PUT', '/customers/linked', {}, /\/customers\/linked$/],
    ['POST', '/customers', {}, /\/customers\/cus_\w{26}$/],
    ['POST', '/customers/', {}, /\/customers\/cus_\w{26}$/],
    ['POST', '/api-keys', { type: 'secret' }, /\/api-keys\/key_\w{26}$/],
  ])('Location of %s %s is absolute, and what it names is there', async (method, path, body, end) => {
    const { headers } = await service.call(method, root + path, { body });
    const location = headers.get('location') ?? '';
    expect(location).toMatch(end);
    expect(location.startsWith(publicUrl + root)).toBe(true);
    expect((await service.call('GET', location.slice(publicUrl.length))).status).toBe(200);
  });

  test('an embedded lead source links under the same root', async () => {
    const { body } = await service.call('GET', `${root}/customers/linked?expand=leadSource`);
    const { _embedded } = body as { _embedded: { leadSource: Linked } };
    expect(_embedded.leadSource._links.map(({ rel }) => rel)).toEqual(['self', 'customer']);
    for (const { href } of _embedded.leadSource._links) {
      expect(href.startsWith(`${publicUrl}${root}/customers/linked`)).toBe(true);
    }
  });

  test('an id with @ and ~ is linked so that the link leads to it', async () => {
    const id = 'a@b~c-d_e.f';
    await service.call('PUT', `${root}/customers/${id}`, { body: {} });
    const { self = '' } = await linksOf(`${root}/customers/${id}`);
    expect((await service.call('GET', self.slice(publicUrl.length))).body).toMatchObject({ id });
  });
});

test('links come from LEADSOURCE_PUBLIC_URL and never from what the request says of its host', async () => {
  const forged = {
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Proto': 'https',
    Forwarded: 'host=evil.example',
  };
  const { body } = await service.call('GET', '/customers/linked', { headers: forged });
  expect(JSON.stringify(body)).not.toContain('evil');
  expect(JSON.stringify(body)).not.toContain('127.0.0.1');
});

test('a public URL with a path is kept whole in links', async () => {
  await using behind = await startTestService({ LEADSOURCE_PUBLIC_URL: 'https://example.com/leads' });
  const { headers } = await behind.call('PUT', '/customers/x/lead-source', { body: {} });
  expect(headers.get('location')).toBe('https://example.com/leads/customers/x/lead-source');
});

test.each([
  '/Customers/linked',
  '//customers/linked',
  '/customers/linked/',
  '/customers//linked',
  '/customers/linked;x=1/lead-source',
])('%s is no resource', async (path) => {
  expect((await service.call('GET', path)).status).toBe(404);
});

test('a percent-encoded character of an id names the same customer', async () => {
  expect((await service.call('GET', '/customers/%6Cinked')).body).toMatchObject({ id: 'linked' });
});

test('a method that a path does not have is 405 and names those that it has', async () => {
  const { status, headers } = await service.call('PATCH', '/customers/linked/lead-source', { body: {} });
  expect(status).toBe(405);
  expect(headers.get('allow')?.split(', ').toSorted()).toEqual(['DELETE', 'GET', 'HEAD', 'PUT']);
});
