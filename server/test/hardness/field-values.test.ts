import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leadSourceFields } from '../../src/domain/lead-source.ts';
import { startTestService, type TestService } from '../support/service.ts';
import { expectAccepted, expectFacts, expectRefused } from '../support/verdicts.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

const textFields = leadSourceFields.filter((field) => field !== 'referrer');

describe.each(leadSourceFields)('%s', (field) => {
  test('may be null', async () => {
    await expectAccepted(service, { [field]: null });
  });

  test.each([0, 5, -1.5, true, false, [], ['a'], {}, { a: 1 }, [null]].map((value) => JSON.stringify(value)))(
    'of %s is invalid, and is not made a text',
    async (value) => expectRefused(service, `{"${field}":${value}}`, 422, [field]),
  );
});

test('every wrong field is named at once', async () => {
  const wrong = Object.fromEntries(leadSourceFields.map((field, index) => [field, [index]]));
  await expectRefused(service, wrong, 422, leadSourceFields);
});

describe.each(textFields)('%s', (field) => {
  test.each(['5', 'true', 'null', '{}', '[]', '0', 'undefined'])('of "%s" is text', async (text) => {
    await expectAccepted(service, { [field]: text }, { [field]: text });
  });

  test.each([
    ['511 letters', 'a'.repeat(511)],
    ['512 letters', 'a'.repeat(512)],
    ['512 emoji', '😀'.repeat(512)],
    ['512 code points of decomposed é', 'e\u0301'.repeat(256)],
  ])('may be %s', async (_, text) => {
    await expectAccepted(service, { [field]: text }, { [field]: text });
  });

  test.each([
    ['513 letters', 'a'.repeat(513)],
    ['513 emoji', '😀'.repeat(513)],
    ['512 decomposed é, which are 1,024 code points', 'e\u0301'.repeat(512)],
  ])('must not be %s', async (_, text) => {
    await expectRefused(service, { [field]: text }, 422, [field]);
  });
});

describe('referrer', () => {
  const ofLength = (length: number) => 'https://example.com/'.padEnd(length, 'a');

  test.each([
    ['2,083 characters', ofLength(2083)],
    ['userinfo and tokens', 'https://user:pa%24s@example.com/?token=sk_live_x&sig=%2F%3D#access_token=y'],
    ['an IPv6 host', 'http://[2001:db8::1]:8080/a'],
    ['an IPv6 host that holds IPv4', 'http://[::ffff:192.0.2.1]/'],
    ['port 99999, which RFC 3986 allows', 'http://example.com:99999/'],
    ['an empty port', 'http://example.com:/'],
    ['an upper-case scheme and host', 'HTTPS://EXAMPLE.com/A'],
    ['dots and doubled slashes', 'http://example.com/../a//b/./c'],
    ['an Android app', 'android-app://com.google.android.gm/'],
    ['an iOS app', 'ios-app://544007664/youtube'],
    ['a script within its query', 'https://example.com/?q=javascript:alert(1)'],
  ])('may have %s, and is kept as sent', async (_, referrer) => {
    await expectAccepted(service, { referrer }, { referrer });
  });

  test.each([
    ['2,084 characters', ofLength(2084)],
    ['an empty text', ''],
    ['a relative path', '/a/b'],
    ['a name alone', 'example.com'],
    ['no host', 'http://'],
    ['no host but a path', 'http:///a'],
    ['no host but a port', 'http://:80/'],
    ['no scheme', '//host/x'],
    ['one slash', 'http:/example.com'],
    ['a scheme alone', 'https:'],
    ['a host beyond ASCII', 'http://exämple.com/'],
    ['a path beyond ASCII', 'http://example.com/ä'],
    ['an emoji', 'http://example.com/😀'],
    ['a space', 'http://example.com/a b'],
    ['a space before', ' http://example.com/'],
    ['a space after', 'http://example.com/ '],
    ['angle brackets', 'http://example.com/<script>'],
    ['quotes', 'http://example.com/"'],
    ['a backslash', 'http://example.com\\a'],
    ['a line break', 'http://example.com/\r\nX: y'],
    ['a tab', 'http://example.com/\t'],
    ['a percent sign that escapes nothing', 'http://example.com/%zz'],
    ['a percent sign at the end', 'http://example.com/%'],
    ['a port that is no number', 'http://example.com:80a/'],
    ['a broken IPv6 host', 'http://[::1/'],
    ['javascript:', 'javascript:alert(1)'],
    ['javascript: with slashes', 'javascript://example.com/%0aalert(1)'],
    ['JaVaScRiPt:', 'JaVaScRiPt:alert(1)'],
    ['data:', 'data:text/html,<script>alert(1)</script>'],
    ['file:', 'file:///etc/passwd'],
    ['file: with a host', 'file://host/etc/passwd'],
    ['blob:', 'blob:https://example.com/9115d58c'],
    ['ftp:', 'ftp://example.com/'],
    ['view-source:', 'view-source:https://example.com/'],
    ['about:', 'about:blank'],
    ['an app of another kind', 'windows-app://a/'],
  ])('with %s is invalid', async (_, referrer) => {
    await expectRefused(service, { referrer }, 422, ['referrer']);
  });
});

describe('members that are no facts', () => {
  const path = '/customers/known/lead-source';
  const kept = { source: 'a', referrer: 'https://example.com/' };

  const readOnly = ['original', '_links', 'createdTime', 'updatedTime', 'ipAddress', 'currency', 'amount'];
  const values = [
    null,
    1,
    true,
    'x',
    '2020-01-01T00:00:00.000Z',
    [],
    [{ href: 1 }],
    { source: 'evil', medium: 1 },
  ];

  test.each(readOnly)('%s is ignored, with a right or a wrong type, and changes nothing', async (member) => {
    await service.call('PUT', path, { body: kept });
    const before = await service.call('GET', path);
    for (const value of values) {
      const written = await service.call('PUT', path, { body: { ...kept, [member]: value } });
      expect(written.status).toBe(201);
      expect(written.body).toEqual(before.body);
    }
    const after = await service.call('GET', path);
    expect(after.body).toEqual(before.body);
    expect(after.headers.get('etag')).toBe(before.headers.get('etag'));
    const history = await service.call('GET', '/customers/known/lead-sources');
    expect(history.body).toHaveLength(1);
  });

  test('what GET shows can be sent back as it is', async () => {
    await service.call('PUT', path, { body: kept });
    const { body } = await service.call('GET', path);
    expect((await service.call('PUT', path, { body })).body).toEqual(body);
  });

  test.each([
    'Source',
    'SOURCE',
    'source ',
    ' source',
    'sourc\u0435',
    'leadSource',
    'customer',
    'id',
    'sources',
  ])('%j is unknown and ignored, whatever it holds', async (member) => {
    for (const value of [1, 'x'.repeat(600), { source: 'evil' }, '\u0000']) {
      const id = await expectAccepted(service, { [member]: value, medium: 'm' }, { medium: 'm' });
      const shown = await service.call('GET', `/customers/${id}/lead-source`);
      expectFacts(shown.body, { medium: 'm' });
      expect(shown.body).not.toHaveProperty([member]);
    }
  });
});
