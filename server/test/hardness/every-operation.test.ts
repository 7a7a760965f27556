import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';
import { expectProblem, invalidFieldsOf } from '../support/verdicts.ts';
import { sendWire } from '../support/wire.ts';

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Members in which an empty array is an empty object. */
  readonly 'x-emptyArrayAsObject'?: readonly string[];
}

interface Media {
  readonly schema: Schema;
  readonly example?: Readonly<Record<string, unknown>>;
}

interface Operation {
  readonly security?: readonly object[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly parameters?: readonly { readonly in: string; readonly name: string }[];
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Tried {
  readonly method: string;
  readonly path: string;
  /** Of somebody and something that is not there. */
  readonly target: string;
  readonly operation: Operation;
}

let service: TestService;
let document: Document;
/** Everything that takes a secret key, as the document has it: what is new is tried without being named here. */
let operations: readonly Tried[];
beforeAll(async () => {
  service = await startTestService();
  document = (await (await fetch(`${service.url}/openapi.json`)).json()) as Document;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([, { security = [] }]) => security.some((scheme) => 'SecretApiKey' in scheme))
      .map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        target: path.replaceAll(/\{\w+\}/g, 'nobody'),
        operation,
      })),
  );
});
afterAll(() => service[Symbol.asyncDispose]());

function resolved(schema: Schema): Schema {
  return schema.$ref === undefined
    ? schema
    : (document.components.schemas[schema.$ref.split('/').at(-1) ?? ''] ?? {});
}

const linesType = 'application/x-ndjson';

/** Those with one JSON body, which is an object, and what would be accepted of most. */
function withObjects(): readonly (Tried & { readonly body: Schema; readonly good: object })[] {
  return operations.flatMap((tried) => {
    const content = tried.operation.requestBody?.content;
    const media = content?.['application/json'];
    if (content === undefined || media === undefined || linesType in content) return [];
    const body = resolved(media.schema);
    return typesOf(body).includes('object') ? [{ ...tried, body, good: media.example ?? {} }] : [];
  });
}

function typesOf({ type = [] }: Schema): readonly string[] {
  return [type].flat();
}

/** What there is of whatever could have been written. */
async function kept(): Promise<unknown> {
  const collections = ['customers', 'conversions', 'spend', 'jobs', 'webhooks', 'imports', 'setting-changes'];
  const answers = await Promise.all(collections.map((name) => service.call('GET', `/${name}`)));
  return answers.map(({ status, body }) => [status, body]);
}

describe('a body of any operation', () => {
  test.each([
    ['empty', ''],
    ['cut off', '{"a":'],
    ['two values', '{}{}'],
    ['NaN', '{"a":NaN}'],
    ['of 33 levels', `${'{"a":'.repeat(33)}1${'}'.repeat(33)}`],
    ['with a member named twice', '{"unknown":1,"unkno\\u0077n":1}'],
    ['that is no UTF-8', Buffer.from('{"a":"\xff"}', 'latin1')],
  ])('is not understood where it is %s', async (_, body) => {
    const before = await kept();
    expect(withObjects().length).toBeGreaterThanOrEqual(20);
    for (const { method, target } of withObjects()) {
      expectProblem(await service.call(method, target, { body }), 400);
    }
    expect(await kept()).toEqual(before);
  });

  test('is no object where it is something else', async () => {
    for (const { method, target, body } of withObjects()) {
      for (const text of ['null', 'true', '1', '"x"', ...(typesOf(body).includes('array') ? [] : ['[]'])]) {
        const answer = await service.call(method, target, { body: text });
        const named = invalidFieldsOf(answer.body).includes('');
        expect([method, target, text, answer.status, named]).toEqual([method, target, text, 422, true]);
      }
    }
  });

  test('has no other type, coding or size', async () => {
    for (const { method, target } of withObjects()) {
      for (const header of [
        ['Content-Type', 'text/plain'],
        ['Content-Encoding', 'gzip'],
      ] as const) {
        const { status } = await sendWire(service, { method, target, body: '{}', headers: [header] });
        expect([method, target, status]).toEqual([method, target, 415]);
      }
      const { status } = await sendWire(service, { method, target, body: '{}'.padEnd(65_537) });
      expect([method, target, status]).toEqual([method, target, 413]);
    }
  });

  test('is named by each member of a wrong type, of which nothing is kept', async () => {
    const before = await kept();
    const values = { boolean: true, number: 1.5, string: 'x', object: {} };
    for (const { method, target, body, good } of withObjects()) {
      for (const [name, member] of Object.entries(body.properties ?? {})) {
        const types = typesOf(resolved(member));
        if (types.length === 0) continue;
        const array = body['x-emptyArrayAsObject']?.includes(name) ? [null] : [];
        const wrong = Object.entries({ ...values, array }).filter(([type]) => !types.includes(type));
        for (const [, value] of wrong) {
          const asked = { ...good, [name]: value };
          const answer = await service.call(method, target, { body: asked });
          const named = invalidFieldsOf(answer.body).some((field) => field.split('.')[0] === name);
          expect([method, target, asked, answer.status, named]).toEqual([method, target, asked, 422, true]);
        }
      }
    }
    expect(await kept()).toEqual(before);
  });

  test('keeps no text that cannot be kept', async () => {
    const before = await kept();
    for (const { method, target, body, good } of withObjects()) {
      for (const [name, member] of Object.entries(body.properties ?? {})) {
        if (!typesOf(resolved(member)).includes('string')) continue;
        for (const text of ['\\u0000', '\\ud800']) {
          const rest = Object.entries(good).filter(([other]) => other !== name);
          const members = rest.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
          const asked = `{${[...members, `${JSON.stringify(name)}:"a${text}"`].join(',')}}`;
          const { status } = await service.call(method, target, { body: asked });
          // Whose currency an amount is in, who is not there cannot tell.
          expect([method, target, asked, [404, 422].includes(status)]).toEqual([method, target, asked, true]);
        }
      }
    }
    expect(await kept()).toEqual(before);
  });
});

test('a body line by line answers for each line, whatever stands in it', async () => {
  const bulk = operations.filter(({ operation }) => linesType in (operation.requestBody?.content ?? {}));
  expect(bulk.length).toBeGreaterThan(1);
  const before = await kept();
  const lines = [
    '{"a":',
    'null',
    '[]',
    '1',
    '{"customerId":"\\u0000"}',
    '{"__proto__":{"polluted":1}}',
    '{}',
  ];
  for (const { method, target } of bulk) {
    const headers = { 'Content-Type': linesType };
    const { status, body } = await service.call(method, target, { body: lines.join('\n'), headers });
    expect([status, (body as unknown[]).length]).toEqual([200, lines.length]);
    for (const line of body as { status: number }[]) expect([400, 422]).toContain(line.status);
  }
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  const [customers, conversions] = [before, await kept()].map((all) => (all as unknown[]).slice(0, 2));
  expect(conversions).toEqual(customers);
});

describe('a target of any operation', () => {
  test('that names nothing is 404 to whoever reads or deletes', async () => {
    const segments = ['%00', '..%2Fa', '__proto__', '%F0%9F%98%80', 'x'.repeat(300), "'%20OR%201=1--"];
    for (const { method, path } of operations) {
      if (!path.includes('{') || (method !== 'GET' && method !== 'DELETE')) continue;
      for (const segment of segments) {
        const target = path.replaceAll(/\{\w+\}/g, segment);
        // A customer is not deleted, but merged.
        const query = path === '/customers/{id}' && method === 'DELETE' ? '?targetCustomerId=a' : '';
        const { status } = await service.call(method, target + query);
        expect([method, target, status]).toEqual([method, target, 404]);
      }
      const malformed = await sendWire(service, { method, target: path.replaceAll(/\{\w+\}/g, '%ZZ') });
      expect([method, path, malformed.status]).toEqual([method, path, 400]);
    }
  });

  test('that cannot be anything is refused to whoever writes', async () => {
    const before = await kept();
    for (const { method, path, operation } of operations) {
      if (!path.includes('{') || (method !== 'PUT' && method !== 'POST')) continue;
      const target = path.replaceAll(/\{\w+\}/g, 'a%00');
      const media = operation.requestBody?.content['application/json'];
      const body = media === undefined ? {} : { body: media.example ?? {} };
      const { status } = await service.call(method, target, body);
      expect([method, target, [404, 422].includes(status)]).toEqual([method, target, true]);
    }
    expect(await kept()).toEqual(before);
  });

  test('with any text for any member of its query is answered or refused, and never fails', async () => {
    const texts = ['%00', '%F0%9F%98%80', '-1', '1e400', "'%20OR%201=1--", '__proto__', 'x'.repeat(4000)];
    for (const { method, target, operation } of operations) {
      if (method !== 'GET') continue;
      for (const { in: place, name } of operation.parameters ?? []) {
        if (place !== 'query') continue;
        for (const query of [...texts.map((text) => `${name}=${text}`), `${name}=a&${name}=b`, name]) {
          const { status } = await service.call(method, `${target}?${query}`);
          expect([target, query, [200, 404, 422].includes(status)]).toEqual([target, query, true]);
        }
      }
    }
  });
});
