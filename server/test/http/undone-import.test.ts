import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openStore } from '../../src/open-store.ts';
import {
  type Answer,
  startTestService,
  startTestServiceOn,
  type TestDatabase,
  type TestService,
  testDatabase,
  testOrganizationId,
} from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const occurredTime = '2025-01-01T00:00:00.000Z';

interface ImportDocument {
  readonly id: string;
  readonly status: string;
  readonly touches: number;
}

function importLines(customerIds: readonly string[], query: string, on = service): Promise<Answer> {
  const body = customerIds.map((customerId) => ({ customerId, occurredTime, source: 'imported' }));
  return on.call('POST', `/lead-sources${query}`, { body });
}

async function sourcesOf(id: string, on = service): Promise<readonly string[]> {
  const { body } = await on.call('GET', `/customers/${id}/lead-sources`);
  return (body as readonly { source: string }[]).map(({ source }) => source);
}

/** Reads an import until nothing of it is left. */
async function undone(id: string, on = service): Promise<ImportDocument> {
  for (;;) {
    const { body } = await on.call('GET', `/imports/${id}`);
    const document = body as ImportDocument;
    if (document.status === 'undone') return document;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('an import', () => {
  test('is begun by a bulk of lines, which tells its id', async () => {
    const answer = await importLines(['begun', 'begun'], '');
    const id = answer.headers.get('x-leadsource-import') ?? '';
    expect(id).toMatch(/^imp_[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(answer.headers.get('location')).toBe(`http://leadsource.test/imports/${id}`);
    expect(await service.call('GET', `/imports/${id}`)).toMatchObject({
      status: 200,
      body: { id, kind: 'lead-sources', status: 'open', addedTouches: 2, touches: 2, undoneBy: null },
    });
  });

  test('goes on under the id that the caller gives, and is listed once', async () => {
    await importLines(['first'], '?import=mine');
    const again = await importLines(['second'], '?import=mine');
    expect(again.headers.get('x-leadsource-import')).toBe('mine');
    const { body, headers } = await service.call('GET', '/imports?limit=1');
    expect(body).toMatchObject([{ id: 'mine', addedTouches: 2 }]);
    expect(Number(headers.get('pagination-total'))).toBeGreaterThan(0);
  });

  test.each(['?import=', '?import=a%20b', '?import=..', '?import=a&import=b'])(
    'has an id like that of a customer: %s is none',
    async (query) => {
      const answer = await importLines(['nobody'], query);
      expect(answer).toMatchObject({ status: 422, body: { invalidFields: [{ field: 'import' }] } });
    },
  );

  test('is not begun by a body that has no first line', async () => {
    const before = await service.call('GET', '/imports');
    const answer = await service.call('POST', '/lead-sources', { body: '{}' });
    expect(answer.status).toBe(422);
    const after = await service.call('GET', '/imports');
    expect(after.headers.get('pagination-total')).toBe(before.headers.get('pagination-total'));
  });

  test('that nobody began is unknown', async () => {
    for (const id of ['unknown', '%00', 'x'.repeat(51)]) {
      for (const method of ['GET', 'DELETE']) {
        expect((await service.call(method, `/imports/${id}`)).status).toBe(404);
      }
    }
  });
});

describe('DELETE /imports/{id}', () => {
  test('takes back what it added, and nothing else', async () => {
    await service.call('PUT', '/customers/mixed/lead-source', { body: { source: 'put' } });
    await importLines(['mixed', 'mixed', 'alone'], '?import=wrong');
    expect(await sourcesOf('mixed')).toEqual(['imported', 'imported', 'put']);
    const begun = await service.call('DELETE', '/imports/wrong');
    expect(begun).toMatchObject({ status: 202, body: { id: 'wrong', undoneBy: expect.any(String) } });
    expect(await undone('wrong')).toMatchObject({ addedTouches: 3, touches: 0 });
    expect(await sourcesOf('mixed')).toEqual(['put']);
    expect(await sourcesOf('alone')).toEqual([]);
    expect((await service.call('GET', '/customers/alone')).status).toBe(200);
    expect((await service.call('DELETE', '/imports/wrong')).status).toBe(204);
  });

  test('lets nothing be added to it again', async () => {
    await importLines(['late'], '?import=closed');
    await service.call('DELETE', '/imports/closed');
    expect((await importLines(['late'], '?import=closed')).status).toBe(409);
    await undone('closed');
    expect((await importLines(['late'], '?import=closed')).status).toBe(409);
    expect(await sourcesOf('late')).toEqual([]);
  });

  test('of one without touches ends at once', async () => {
    await service.call('POST', '/lead-sources?import=empty', { body: [] });
    expect((await service.call('DELETE', '/imports/empty')).status).toBe(202);
    expect(await undone('empty')).toMatchObject({ addedTouches: 0 });
  });

  test('lets others write meanwhile', async () => {
    const many = Array.from({ length: 1500 }, (_, place) => `many-${place}`);
    await importLines(many, '?import=many');
    await service.call('DELETE', '/imports/many');
    const put = await service.call('PUT', '/customers/many-1/lead-source', { body: { source: 'put' } });
    expect(put.status).toBe(201);
    expect(await undone('many')).toMatchObject({ addedTouches: 1500, touches: 0 });
    expect(await sourcesOf('many-1')).toEqual(['put']);
  });

  test('is taken up again by the next process', async () => {
    const database: TestDatabase = await testDatabase();
    try {
      const many = Array.from({ length: 700 }, (_, place) => `many-${place}`);
      const first = await startTestServiceOn(database);
      await importLines(many, '?import=many', first);
      await first[Symbol.asyncDispose]();
      // As a process leaves it that ends with the answer.
      const { store, ...place } = await openedStore(database.url);
      const by = { announces: false, actor: 'key_of_the_first', now: Date.now() };
      await store.write('beginUndoing', { ...place, ...by, importId: 'many' });
      await store[Symbol.asyncDispose]();
      await using second = await startTestServiceOn(database);
      expect(await undone('many', second)).toMatchObject({ addedTouches: 700, touches: 0 });
      expect(await sourcesOf('many-699', second)).toEqual([]);
    } finally {
      await database.drop();
    }
  });
});

async function openedStore(databaseUrl: string) {
  const config = readConfig({ DATABASE_URL: databaseUrl });
  const store = await openStore(config, 'command', (reason) => {
    throw new Error(reason);
  });
  return { store, organizationId: testOrganizationId };
}
