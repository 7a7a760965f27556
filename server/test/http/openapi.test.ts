import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { fastify } from 'fastify';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { customerFilterFields, customerSortFields } from '../../src/domain/customer-query.ts';
import { readFlag, readPage } from '../../src/http/collection-query.ts';
import { createDocs } from '../../src/http/docs.ts';
import { documentOptions } from '../../src/http/openapi.ts';
import { readRetentionQuery } from '../../src/http/published-report-query.ts';
import { readReportQuery } from '../../src/http/report-query.ts';
import { faultyFields } from '../support/faults.ts';
import { collectRoutes, type MountedRoute } from '../support/mounted-routes.ts';
import { startTestService, type TestService, testOrganizationId } from '../support/service.ts';

const repository = resolve(import.meta.dirname, '../../..');

let service: TestService;
let mounted: readonly MountedRoute[];
let document: Document;
beforeAll(async () => {
  const collected = await collectRoutes(() => startTestService());
  service = collected.result;
  mounted = collected.routes;
  document = (await service.call('GET', '/openapi.json', { key: null })).body as Document;
});
afterAll(() => service[Symbol.asyncDispose]());

interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly servers: readonly { url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly description?: string;
  readonly required?: boolean;
  readonly example?: unknown;
  readonly examples?: Readonly<Record<string, { value: unknown }>>;
  readonly schema: {
    readonly examples?: readonly unknown[];
    readonly enum?: readonly unknown[];
    readonly default?: unknown;
    readonly minimum?: number;
    readonly maximum?: number;
    readonly maxLength?: number;
  };
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly security: readonly object[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: {
    readonly content: Readonly<
      Record<string, { schema: { properties: Readonly<Record<string, { type: unknown }>> } }>
    >;
  };
  readonly responses: Readonly<
    Record<
      string,
      { content?: Readonly<Record<string, unknown>>; headers?: Readonly<Record<string, object>> }
    >
  >;
}

function parameterOf(path: string, name: string): Parameter {
  const operations = Object.values(document.paths[path] ?? {});
  const found = operations.flatMap(({ parameters = [] }) => parameters).find((each) => each.name === name);
  if (found === undefined) throw new Error(`${path} has no parameter ${name}.`);
  return found;
}

/** The linter, in a process that can neither reach the network nor write. */
async function lint(text: string): Promise<unknown> {
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-openapi-'));
  try {
    const path = join(directory, 'openapi.json');
    await writeFile(path, text);
    const linter = join(repository, 'node_modules/@redocly/cli/bin/cli.js');
    const config = join(repository, 'redocly.yaml');
    const environment = { REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--permission', '--allow-fs-read=*', linter, 'lint', path, '--config', config, '--format', 'json'],
      { env: { ...process.env, ...environment }, cwd: directory },
    );
    return JSON.parse(stdout);
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe('GET /openapi.json', () => {
  test('is OpenAPI 3.1 and needs no credential', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(document.servers.map(({ url }) => url)).toEqual([
      'http://leadsource.test',
      'http://leadsource.test/organizations/{organizationId}',
    ]);
  });

  test("breaks none of the linter's recommended rules, not even by a warning", async () => {
    expect(await lint(JSON.stringify(document))).toMatchObject({
      totals: { errors: 0, warnings: 0, ignored: 0 },
      problems: [],
    });
  });

  test('the linter would find a fault', async () => {
    const faulty = JSON.stringify({ ...document, info: undefined });
    await expect(lint(faulty)).rejects.toThrow();
  });

  test('describes every route that is mounted, and none that is not', () => {
    const documented = service.contract.operations().map(({ method, path }) => `${method} ${path}`);
    expect(mounted.length).toBeGreaterThan(documented.length);
    const answering = mounted
      .map(({ method, url }) => ({ method, path: pathOf(url) }))
      .filter(({ method, path }) => !goesWithAnother(method) && !isPartOfPage(path))
      .map(({ method, path }) => `${method} ${path}`);
    expect([...new Set(answering)].toSorted()).toEqual(documented.toSorted());
  });

  test('every operation that takes a credential, and no other, is found below the root of an organization, too', async () => {
    for (const { method, path, takesCredential } of service.contract.operations()) {
      const target = `/organizations/org_test${path.replaceAll(/\{\w+\}/g, 'x')}`;
      const hasBody = method === 'POST' || method === 'PUT';
      const json = { body: '{}', headers: { 'Content-Type': 'application/json' } };
      const { status } = await fetch(service.url + target, { method, ...(hasBody && json) });
      expect([method, target, status]).toEqual([method, target, takesCredential ? 401 : 404]);
    }
  });

  test('says of pages what is read where nothing is asked, and what is the most that can be', () => {
    const [limit, offset] = ['limit', 'offset'].map((name) => parameterOf('/customers', name).schema);
    expect({ limit: limit?.default, offset: offset?.default }).toEqual(readPage({}));
    const [least, most] = [String(limit?.minimum), String(limit?.maximum)];
    expect(readPage({ limit: least, offset: String(offset?.minimum) })).toEqual({ limit: 0, offset: 0 });
    expect(String(readPage({ limit: most }).limit)).toBe(most);
    expect(faultyFields(() => readPage({ limit: String(Number(most) + 1) }))).toEqual(['limit']);
  });

  const march = { periodStart: '2026-03-01', periodEnd: '2026-04-01' };
  test.each([
    ['/reports/attribution', 'dateBasis', readReportQuery(march).dateBasis],
    ['/reports/attribution', 'customers', readReportQuery(march).countsCustomers],
    ['/experimental/reports/retention-value', 'aggregationPeriod', readRetentionQuery({}).interval],
    ['/experimental/reports/retention-value', 'includeRefunds', String(readRetentionQuery({}).takesRefunds)],
    ['/lead-sources', 'announce', readFlag({}, 'announce')],
  ])('says of %s what %s is where it is absent', (path, name, read) => {
    expect(parameterOf(path, name).schema.default).toBe(read);
  });

  test('names the fields to filter and to sort by, with an example', () => {
    const filter = parameterOf('/customers', 'filter');
    for (const field of customerFilterFields.keys()) expect(filter.description).toContain(field);
    const sort = parameterOf('/customers', 'sort');
    for (const field of customerSortFields) expect(sort.description).toContain(field);
    expect(sort.example).toBe('-updatedTime');
    expect(parameterOf('/reports/attribution', 'filter').schema.maxLength).toBe(4096);
  });

  test('names every operation differently, and says in a line what it does', () => {
    const operations = Object.values(document.paths).flatMap((item) => Object.values(item));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { summary } of operations) expect(summary).not.toBe('');
  });

  test('says of each GET with a credential and an entity tag, and of no other, that it answers 304', () => {
    const gets = Object.entries(document.paths).flatMap(([path, { get }]) =>
      get?.security.length ? [{ path, ...get }] : [],
    );
    const tagged = gets.filter(({ responses }) => responses['200']?.headers?.['ETag'] !== undefined);
    expect(tagged.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/customers/{id}/lead-source', '/channel-rules', '/privacy-settings']),
    );
    for (const { path, responses, parameters = [] } of gets) {
      const isTagged = tagged.some((each) => each.path === path);
      expect([path, '304' in responses]).toEqual([path, isTagged]);
      expect(parameters.some(({ name }) => name === 'If-None-Match')).toBe(isTagged);
    }
  });

  test('says which members of a query must be given: those whose absence is a fault', async () => {
    const gets = Object.entries(document.paths).filter(
      ([path, { get }]) => get !== undefined && !path.includes('{'),
    );
    for (const [path, { get }] of gets) {
      // A start is only needed while no period is closed.
      if (path === '/reports/affiliates') continue;
      const query = (get?.parameters ?? []).filter((parameter) => parameter.in === 'query');
      const required = query.filter((parameter) => parameter.required).map(({ name }) => name);
      const { status, body } = await service.call('GET', path);
      const missing = status === 422 ? (body as { invalidFields: { field: string }[] }).invalidFields : [];
      expect([path, ...missing.map(({ field }) => field).sort()]).toEqual([path, ...required.sort()]);
    }
  });

  test.each(['/attribution-settings', '/landing-settings', '/privacy-settings'])(
    'says that members of %s may be null, which they may',
    async (path) => {
      const { properties } =
        document.paths[path]?.['put']?.requestBody?.content['application/json']?.schema ?? {};
      const members = Object.entries(properties ?? {});
      expect(members.length).toBeGreaterThan(0);
      for (const [name, { type }] of members)
        expect([name, type]).toEqual([name, expect.arrayContaining(['null'])]);
      const body = Object.fromEntries(members.map(([name]) => [name, null]));
      expect((await service.call('PUT', path, { body })).status).toBe(200);
    },
  );

  test('every refusal is problem+json, and every operation that takes a credential can refuse it', () => {
    for (const [path, item] of Object.entries(document.paths)) {
      for (const [method, { responses, security }] of Object.entries(item)) {
        const refusals = Object.entries(responses).filter(([status]) => Number(status) >= 400);
        for (const [status, { content = {} }] of refusals) {
          expect(Object.keys(content), `${method} ${path} ${status}`).toEqual(['application/problem+json']);
        }
        expect('401' in responses, `${method} ${path}`).toBe(security.length > 0);
      }
    }
  });

  test('is no resource of an organization', async () => {
    const answer = await service.call('GET', `/organizations/${testOrganizationId}/openapi.json`);
    expect(answer.status).toBe(404);
  });

  test('has examples that its operations take', async () => {
    let tried = 0;
    for (const [path, { get }] of Object.entries(document.paths)) {
      if (get === undefined || path.includes('{')) continue;
      const asked = (get.parameters ?? []).filter((parameter) => parameter.in === 'query');
      const query = new URLSearchParams();
      for (const { name, required, example, examples, schema } of asked) {
        const [first] = [
          example,
          ...Object.values(examples ?? {}).map((each) => each.value),
          ...(schema?.examples ?? []),
          ...((required === true && schema?.enum) || []),
        ].filter((each) => each !== undefined);
        if (first !== undefined) query.set(name, String(first));
      }
      if (query.size === 0) continue;
      const { status, body } = await service.call('GET', `${path}?${query}`);
      expect(status, `${path}?${query}: ${JSON.stringify(body)}`).toBe(200);
      tried += 1;
    }
    expect(tried).toBeGreaterThan(5);
  });
});

test('a document that could not be made is made when it is asked for again', async () => {
  const docs = createDocs(
    fastify(),
    documentOptions(() => 'http://leadsource.test', '1.0.0'),
  );
  vi.doMock('@fastify/swagger-ui', () => {
    throw new Error('Too many open files.');
  });
  await expect(docs.document()).rejects.toThrow();
  vi.doUnmock('@fastify/swagger-ui');
  expect(JSON.parse(String(await docs.document()))).toMatchObject({ info: { version: '1.0.0' } });
});

/** The path as the document writes it. */
function pathOf(url: string): string {
  const path = url.length > 1 && url.endsWith('/') ? url.slice(0, -1) : url;
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

/** HEAD goes with every GET, and OPTIONS is what browsers ask before they send a visit. */
function goesWithAnother(method: string): boolean {
  return method === 'HEAD' || method === 'OPTIONS';
}

/** What the pages for people consist of: not an interface of its own. */
function isPartOfPage(path: string): boolean {
  return path.startsWith('/docs/') || path.startsWith('/assets/') || path === '/icon.svg';
}
