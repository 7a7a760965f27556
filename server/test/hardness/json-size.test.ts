import { afterAll, beforeAll, describe, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';
import { expectAccepted, expectRefused } from '../support/verdicts.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

function nested(depth: number, open: string, close: string): string {
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
}

describe('nesting', () => {
  test('of 32 levels is understood', async () => {
    await expectAccepted(service, `{"source":"a","x":${nested(31, '[', ']')}}`, { source: 'a' });
    await expectAccepted(service, nested(32, '{"x":', '}'));
  });

  test.each([33, 1000, 10_000])('of %i levels is not understood', async (depth) => {
    await expectRefused(service, nested(depth, '{"x":', '}'), 400);
    await expectRefused(service, `{"x":${nested(depth - 1, '[', ']')}}`, 400);
    await expectRefused(service, nested(depth, '[', ']'), 400);
    await expectRefused(service, nested(Math.ceil(depth / 2), '{"x":[', ']}'), 400);
  });

  test('that never closes is not understood', async () => {
    await expectRefused(service, '['.repeat(65_000), 400);
    await expectRefused(service, '{"x":'.repeat(13_000), 400);
  });

  test.each([100_000, 1_000_000])('of %i levels is larger than a body may be', async (depth) => {
    await expectRefused(service, nested(depth, '[', ']'), 413);
  });
});

describe('many and long members', () => {
  const name = (index: number) => index.toString(36);
  const members = (count: number, named: (index: number) => string) =>
    `{${Array.from({ length: count }, (_, index) => `"${named(index)}":0`).join(',')}}`;

  test('8,000 unknown members are ignored', async () => {
    await expectAccepted(service, members(8000, name));
  });

  test('10,000 unknown members are larger than a body may be', async () => {
    await expectRefused(service, members(10_000, name), 413);
  });

  test('a name of 60 KiB is ignored', async () => {
    await expectAccepted(service, `{"${'n'.repeat(60 * 1024)}":0,"source":"a"}`, { source: 'a' });
    await expectAccepted(service, `{"\\n${'n'.repeat(60 * 1024)}":0,"source":"a"}`, { source: 'a' });
  });

  test.each([
    ['multiples of a power of two', (index: number) => String(index * 4096)],
    ['numbers beyond an array index', (index: number) => String(2 ** 32 + index * 2 ** 20)],
    ['names that a weak hash sums alike', (index: number) => `${index % 50}Aa${Math.floor(index / 50)}BB`],
  ])('names made to collide in a hash table (%s) are ignored', async (_, named) => {
    await expectAccepted(service, members(3500, named));
    await expectAccepted(service, members(3500, named).replace('"', '"\\n'));
  });
});

describe('the top level', () => {
  test.each(['null', 'true', 'false', '1', '-0', '1e400', '"x"', '"{}"', '[]', '[{}]', '[{"source":"a"}]'])(
    'of %s is no lead source',
    async (body) => expectRefused(service, body, 422, ['']),
  );

  test('of an empty object is a lead source without facts', async () => {
    await expectAccepted(service, '{}');
    await expectAccepted(service, ' \r\n\t{ } \n');
  });
});

describe('numbers in a text field are invalid, however large', () => {
  test.each(['0', '-0', '1e400', '-1e400', '9007199254740993', '9'.repeat(400), '0.1', '1E5'])(
    '%s',
    async (number) => expectRefused(service, `{"source":${number}}`, 422, ['source']),
  );

  test('and ignored in unknown members', async () => {
    await expectAccepted(service, '{"unknown":[1e400,-1e400,9007199254740993]}');
  });
});

describe('texts made to keep a check busy are answered in time', () => {
  const run = (text: string) => text.repeat(Math.ceil((50 * 1024) / text.length)).slice(0, 50 * 1024);

  test.each([
    ['a run and a stray character', `${run('a')}!<`],
    ['a long host', `http://${run('a.')}!<`],
    ['many at signs', `http://${run('a@')}\\`],
    ['many percent signs', `http://a/${run('%25')}%`],
    ['many brackets', `http://[${run(':')}]`],
    ['many spaces', `${run(' ')}x`],
    ['many question marks and hashes', `http://a/${run('?#')}`],
  ])('%s', async (_, text) => {
    await expectRefused(service, { referrer: text }, 422, ['referrer']);
    await expectRefused(service, { source: text }, 422, ['source']);
    await expectRefused(service, { referrer: `http://${text.slice(-2076)}` }, 422, ['referrer']);
  });
});
