import { fastify } from 'fastify';
import { describe, expect, test } from 'vitest';
import { Failure, type FailureCode, invalid } from '../../src/domain/failure.ts';
import { pathOf, problemOf, Refusal, sendProblem } from '../../src/http/problem.ts';

function documentOf(error: unknown, path = '/customers/1'): Record<string, unknown> {
  return JSON.parse(problemOf(error, path).body);
}

describe('a failure becomes a problem', () => {
  const cases: [FailureCode, number, string][] = [
    ['malformed', 400, 'Bad Request'],
    ['forbidden', 403, 'Forbidden'],
    ['not-found', 404, 'Not Found'],
    ['conflict', 409, 'Conflict'],
    ['precondition-failed', 412, 'Precondition Failed'],
    ['rate-limited', 429, 'Rate Limit Exceeded'],
    ['unavailable', 503, 'Service Unavailable'],
  ];
  test.each(cases)('%s', (code, status, title) => {
    const problem = problemOf(new Failure(code, 'Why.'), '/customers/1');
    expect(problem).toMatchObject({ status, title });
    expect(problem.headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(problem.body)).toEqual({
      type: 'about:blank',
      title,
      status,
      detail: 'Why.',
      instance: '/customers/1',
    });
  });

  test('an invalid one lists every field at once', () => {
    const fields = [
      { field: 'source', message: 'Must be text.' },
      { field: '', message: 'Must be an object.' },
    ];
    expect(documentOf(new Failure('invalid', 'The request has invalid fields.', fields))).toMatchObject({
      status: 422,
      title: 'Unprocessable Content',
      invalidFields: fields,
    });
    expect(documentOf(invalid('term', 'Too long.'))['invalidFields']).toEqual([
      { field: 'term', message: 'Too long.' },
    ]);
  });

  test('bad credentials are answered alike, whatever was wrong with them', () => {
    const missing = problemOf(new Failure('unauthenticated', 'No credentials.'), '/customers');
    const revoked = problemOf(new Failure('unauthenticated', 'The key sk_live_1 is revoked.'), '/customers');
    expect(missing).toEqual(revoked);
    expect(missing.status).toBe(401);
    expect(missing.headers['www-authenticate']).toBe('Bearer');
  });

  test('an unavailable service says when to come back', () => {
    expect(problemOf(new Failure('unavailable', 'The disk is full.'), '/').headers['retry-after']).toBe('5');
  });
});

describe('what the door refuses becomes a problem', () => {
  test.each([
    [400, 'Bad Request'],
    [404, 'Not Found'],
    [405, 'Method Not Allowed'],
    [408, 'Request Timeout'],
    [413, 'Content Too Large'],
    [414, 'URI Too Long'],
    [415, 'Unsupported Media Type'],
    [417, 'Expectation Failed'],
    [431, 'Request Header Fields Too Large'],
    [501, 'Not Implemented'],
    [503, 'Service Unavailable'],
    [505, 'HTTP Version Not Supported'],
  ] as const)('%i', (status, title) => {
    const document = documentOf(new Refusal(status));
    expect(document).toMatchObject({ type: 'about:blank', status, title, instance: '/customers/1' });
    expect(document['detail']).toMatch(/\.$/);
  });

  test('with its own words and headers', () => {
    const problem = problemOf(new Refusal(405, undefined, { allow: 'GET, PUT' }), '/customers/1');
    expect(problem.headers).toEqual({ 'content-type': 'application/problem+json', allow: 'GET, PUT' });
    expect(documentOf(new Refusal(415, 'No gzip here.'))['detail']).toBe('No gzip here.');
  });
});

describe('what nobody foresaw is a 500 that tells nothing', () => {
  const expected = problemOf(undefined, '/customers/1');
  test.each([
    ['an error', new Error('SELECT key FROM api_key; /srv/leadsource/start.ts:1')],
    ['an error that blames itself', Object.assign(new Error('inner'), { statusCode: 502 })],
    ['an error whose status is none', Object.assign(new Error('inner'), { statusCode: 'constructor' })],
    ['an error that is no error and blames', { statusCode: 404 }],
    ['an error of the system', Object.assign(new Error('open /etc/passwd'), { code: 'ENOENT' })],
    [
      'an error that the framework did not document',
      Object.assign(new Error('x'), { code: 'FST_ERR_OTHER' }),
    ],
    ['an error whose code is a built-in', Object.assign(new Error('x'), { code: 'constructor' })],
    ['something that is no error', { status: 404, message: 'x' }],
    ['null', null],
  ])('%s', (_name, error) => {
    expect(problemOf(error, '/customers/1')).toEqual(expected);
    expect(expected.status).toBe(500);
  });
});

describe('the errors of the framework get the status that they deserve', () => {
  test.each([
    ['FST_ERR_BAD_URL', 400],
    ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400],
    ['FST_ERR_NOT_FOUND', 404],
    ['FST_ERR_CTP_BODY_TOO_LARGE', 413],
    ['FST_ERR_MAX_PARAM_LENGTH', 414],
    ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415],
    ['FST_ERR_HANDLER_TIMEOUT', 503],
  ])('%s', (code, status) => {
    const document = documentOf(Object.assign(new Error('inner words'), { code, statusCode: 500 }));
    expect(document['status']).toBe(status);
    expect(document['detail']).not.toContain('inner');
  });
});

describe('the errors of plugins that blame the request', () => {
  test.each([
    [400, 400],
    [403, 403],
    [416, 404],
    [418, 404],
    [429, 429],
    [499, 404],
  ])('with %i get %i, and say nothing of the inside', (statusCode, status) => {
    const document = documentOf(Object.assign(new Error('inner words'), { statusCode }));
    expect(document['status']).toBe(status);
    expect(document['detail']).not.toContain('inner');
  });
});

describe('the path', () => {
  test('is echoed as it was sent, without its query', () => {
    expect(pathOf('/customers/%61?key=sk_live_1#?')).toBe('/customers/%61');
    expect(documentOf(new Refusal(404), '/a"b\\c<script>\u2028')['instance']).toBe('/a"b\\c<script>\u2028');
  });

  test('is cut to 8 KiB', () => {
    expect(documentOf(new Refusal(414), `/${'a'.repeat(20_000)}`)['instance']).toHaveLength(8_192);
  });
});

describe('a problem is sent', () => {
  async function answerTo(error: Error) {
    await using app = fastify({ genReqId: () => 'r-1' });
    app.setErrorHandler((thrown, _request, reply) => sendProblem(reply, thrown));
    app.get('/broken', (_request, reply) => {
      reply.header('x-ratelimit-limit', '3000');
      throw error;
    });
    return await app.inject('/broken?secret=1');
  }

  test('with its exact type and what the reply had already', async () => {
    const response = await answerTo(new Failure('unauthenticated', 'x'));
    expect(response.statusCode).toBe(401);
    expect(response.headers).toMatchObject({
      'content-type': 'application/problem+json',
      'www-authenticate': 'Bearer',
      'x-request-id': 'r-1',
      'x-ratelimit-limit': '3000',
      'content-length': String(response.rawPayload.length),
    });
    expect(response.json()).toEqual(
      JSON.parse(problemOf(new Failure('unauthenticated', 'x'), '/broken').body),
    );
  });

  test('in UTF-8', async () => {
    const response = await answerTo(new Failure('conflict', 'Ünïcødé 😀'));
    expect(response.json().detail).toBe('Ünïcødé 😀');
  });
});
