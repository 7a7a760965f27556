import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawConnection } from '../support/raw-http.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service[Symbol.asyncDispose]());

function requestText(method: string, path: string, body?: object): string {
  const content = body === undefined ? '' : JSON.stringify(body);
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: localhost',
    `REB-APIKEY: ${service.secretKey}`,
    ...(body === undefined ? [] : ['Content-Type: application/json', `Content-Length: ${content.length}`]),
  ];
  return `${head.join('\r\n')}\r\n\r\n${content}`;
}

/** The statuses, and the last body, of requests that are sent in one go. */
async function answersTo(requests: readonly string[]) {
  using connection = await RawConnection.open(Number(new URL(service.url).port));
  connection.send(requests.join(''));
  const statuses: number[] = [];
  let body = '';
  for (const _request of requests) {
    const answer = await connection.response();
    statuses.push(answer.status);
    body = answer.body;
  }
  return { statuses, body };
}

describe('requests that are sent without waiting for answers', () => {
  test.each([1, 2, 3])('see what those before them changed (customer %i)', async (number) => {
    const path = `/customers/in-order-${number}/lead-source`;
    const put = (source: string) => requestText('PUT', path, { source });
    const { statuses, body } = await answersTo([
      put('a'),
      requestText('GET', path),
      requestText('DELETE', path),
      requestText('GET', path),
      put('b'),
      put('c'),
      put('d'),
      requestText('GET', path),
      requestText('GET', path),
    ]);
    expect(statuses).toEqual([201, 200, 204, 404, 201, 201, 201, 200, 200]);
    expect(JSON.parse(body)).toMatchObject({ source: 'd', original: { source: 'b' } });
  });

  test('may be many, of which nothing is logged', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    const path = '/customers/many/lead-source';
    const gets = Array.from({ length: 30 }, () => requestText('GET', path));
    const { statuses } = await answersTo([requestText('PUT', path, { source: 'a' }), ...gets]);
    process.off('warning', note);
    expect([statuses, warnings]).toEqual([[201, ...gets.map(() => 200)], []]);
  });

  test('are no longer worked on once the client is gone', async () => {
    const paths = Array.from({ length: 50 }, (_, place) => `/customers/left-${place}/lead-source`);
    using connection = await RawConnection.open(Number(new URL(service.url).port));
    connection.send(paths.map((path) => requestText('PUT', path, { source: 'a' })).join(''));
    await connection.response();
    connection.reset();
    // Behind all that came before.
    await service.call('PUT', '/customers/stays/lead-source', { body: { source: 'a' } });
    const { headers } = await service.call('GET', '/customers?filter=id:left-49');
    expect(headers.get('pagination-total')).toBe('0');
  });
});
