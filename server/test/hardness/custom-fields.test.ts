import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';
import { expectProblem, expectUnknown, freshId, promptly } from '../support/verdicts.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const ways = ['PUT', 'POST'] as const;

/** Sends custom fields, given as JSON text, for a customer of that id. */
function send(way: (typeof ways)[number], id: string, customFields: string) {
  const path = way === 'PUT' ? `/customers/${id}` : '/customers';
  return promptly(service, way, path, { body: `{"id":"${id}","customFields":${customFields}}` });
}

async function expectRefused(customFields: string, status = 422): Promise<void> {
  for (const way of ways) {
    const id = freshId();
    const fields = status === 422 ? ['customFields'] : [];
    expectProblem(await send(way, id, customFields), status, fields);
    await expectUnknown(service, id);
  }
}

/** Accepted, and given back as the same text of JSON, or as another one. */
async function expectKept(customFields: string, as = customFields): Promise<void> {
  for (const way of ways) {
    const id = freshId();
    const written = await send(way, id, customFields);
    expect(written.status).toBe(201);
    const read = await service.call('GET', `/customers/${id}`);
    for (const { body } of [written, read]) {
      const kept = (body as { customFields: unknown }).customFields;
      expect(JSON.stringify(kept)).toBe(JSON.stringify(JSON.parse(as)));
    }
  }
}

const ofBytes = (bytes: number) => `{"a":"${'x'.repeat(bytes - 8)}"}`;

describe('custom fields', () => {
  test.each(['[[]]', '"x"', '1', 'true', '[{}]'])('that are %s are invalid', async (value) =>
    expectRefused(value),
  );

  test('that are an empty array, as PHP writes an empty object, are kept as that', async () =>
    expectKept('[]', '{}'));

  test('of 16 KiB are kept, of a byte more refused, and counted in bytes of UTF-8', async () => {
    expect(Buffer.byteLength(ofBytes(16_384))).toBe(16_384);
    await expectKept(ofBytes(16_384));
    await expectRefused(ofBytes(16_385));
    await expectRefused(`{"a":"${'😀'.repeat(4096)}"}`);
    await expectRefused(`{"${'n'.repeat(16_384)}":1}`);
    await expectRefused(`{"a":[${'1,'.repeat(16_000)}1]}`);
  });

  test.each([
    ['U+0000', '"\\u0000"'],
    ['a lone high surrogate', '"\\ud800"'],
    ['a lone low surrogate', '"\\udc00"'],
    ['1e400', '1e400'],
    ['-1e400', '-1e400'],
    ['2^53 + 1', '9007199254740993'],
  ])('with %s are invalid, at the top, deep inside and in a list', async (_, value) => {
    await expectRefused(`{"a":${value}}`);
    await expectRefused(`{"a":{"b":[1,{"c":[[${value}]]}]}}`);
    await expectRefused(`{"a":[0,${value}]}`);
  });

  test.each([
    ['U+0000', '"a\\u0000"'],
    ['a lone surrogate', '"\\ud800"'],
  ])('with %s in a name are invalid, at the top and deep inside', async (_, name) => {
    await expectRefused(`{${name}:1}`);
    await expectRefused(`{"a":[{"b":{${name}:1}}]}`);
  });

  test('are kept at 32 levels of the whole body, and not understood at 33', async () => {
    const levels = (count: number) => `{"a":${'['.repeat(count - 1)}1${']'.repeat(count - 1)}}`;
    await expectKept(levels(31));
    await expectRefused(levels(32), 400);
  });

  test.each([
    ['a repeated name', '{"a":1,"a":1}'],
    ['a repeated name deep inside', '{"a":[{"b":{"c":1,"\\u0063":2}}]}'],
    ['a repeated __proto__', '{"__proto__":1,"__proto__":2}'],
  ])('with %s are not understood', async (_, value) => expectRefused(value, 400));

  test.each([
    ['__proto__', '{"__proto__":{"polluted":true}}'],
    ['__proto__ deep inside', '{"a":[{"__proto__":{"polluted":true},"b":1}]}'],
    ['__proto__ of null', '{"__proto__":null}'],
    ['__proto__ spelt with an escape', '{"__\\u0070roto__":{"polluted":true}}'],
    ['constructor', '{"constructor":{"prototype":{"polluted":true}}}'],
    ['toString and others', '{"toString":1,"hasOwnProperty":null,"then":{},"valueOf":"x"}'],
    ['toJSON', '{"toJSON":"x"}'],
    ['the empty name', '{"":""}'],
    ['names with a dot, slash or tilde', '{"a.b":1,"a/b":2,"~0":3,"$ref":"#/"}'],
    ['names in their order', '{"b":1,"a":2,"é":3}'],
    ['every kind of value', '{"a":[null,true,false,0,-1.5e-7,"",{},[]],"b":"\\u0001\\u007f\\u2028"}'],
    ['unusual text', '{"a":"  e\u0301 \ufeff\ufffd\u202e👩‍👩‍👧 "}'],
    ['HTML, SQL and templates', '{"a":"<script>\'; DROP TABLE customer; --$' + '{jndi:x}"}'],
  ])('with %s are kept as they are, and no prototype changes', async (_, value) => {
    const before = Reflect.ownKeys(Object.prototype);
    await expectKept(value);
    expect(Reflect.ownKeys(Object.prototype)).toEqual(before);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('that are refused leave those of a known customer as they were', async () => {
    const id = freshId();
    await send('PUT', id, '{"kept":true}');
    const before = await service.call('GET', `/customers/${id}`);
    for (const value of ['[0]', '{"a":"\\u0000"}', ofBytes(20_000), '{"a":1e400}']) {
      const body = `{"customFields":${value},"leadSource":{"source":"new"}}`;
      expectProblem(await service.call('PUT', `/customers/${id}`, { body }), 422, ['customFields']);
    }
    expect((await service.call('GET', `/customers/${id}`)).body).toEqual(before.body);
    expect((await service.call('GET', `/customers/${id}/lead-source`)).status).toBe(404);
  });
});
