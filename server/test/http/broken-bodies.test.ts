import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { RawConnection } from '../support/raw-http.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
let port: number;
beforeAll(async () => {
  service = await startTestService();
  port = Number(new URL(service.url).port);
});
afterAll(() => service[Symbol.asyncDispose]());

function head(method: string, path: string, ...headers: readonly string[]): string {
  const all = [`Host: 127.0.0.1:${port}`, `REB-APIKEY: ${service.secretKey}`, ...headers];
  return `${method} ${path} HTTP/1.1\r\n${all.join('\r\n')}\r\n\r\n`;
}

const chunkOf = (text: string) => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
const bulkHead = (path: string) =>
  head('POST', path, 'Content-Type: application/x-ndjson', 'Transfer-Encoding: chunked');
const conversionOf = (customerId: string) =>
  `${JSON.stringify({ customerId, amount: '5.00', currency: 'EUR' })}\n`;
const touchOf = (customerId: string) =>
  `${JSON.stringify({ customerId, occurredTime: '2025-01-01T00:00:00Z', source: 'a' })}\n`;

async function keptOf(customerId: string): Promise<number> {
  const { body } = await service.call('GET', `/conversions?filter=customerId:${customerId}`);
  return (body as readonly unknown[]).length;
}

interface Line {
  readonly line: number;
  readonly status: number;
  readonly detail?: string;
}

/** An answer after which the connection ends; its lines, where it has any. */
async function lastAnswer(connection: RawConnection): Promise<{ status: number; lines: readonly Line[] }> {
  const { status, body } = await connection.response();
  const rest = body + (await connection.end());
  const texts = rest.split(/\r?\n/).filter((text) => text.startsWith('{'));
  return { status, lines: texts.map((text) => JSON.parse(text)) };
}

const badChunk = 'zz\r\n';

describe('a body that breaks off', () => {
  test.each([
    ['/conversions/bulk', conversionOf],
    ['/lead-sources?import=broken-off', touchOf],
  ])(
    '%s: the lines before are kept and answered, and the last line says what was wrong',
    async (path, lineOf) => {
      const customerId = `together${path.length}`;
      using connection = await RawConnection.open(port);
      connection.send(bulkHead(path), chunkOf(lineOf(customerId)), badChunk);
      const { status, lines } = await lastAnswer(connection);
      const isKept = (await service.call('GET', `/customers/${customerId}`)).status === 200;
      // Before anything was done with it, it may be refused as a whole.
      if (status === 200) expect(lines.map((each) => each.status)).toEqual([201, 400]);
      else expect([status, isKept]).toEqual([400, false]);
    },
  );

  test('is never refused as a whole once any of it is kept, whenever the fault comes', async () => {
    const outcomes = new Set<number>();
    for (let delay = 0; delay < 24; delay++) {
      const customerId = `at${delay}`;
      using connection = await RawConnection.open(port);
      connection.send(bulkHead('/conversions/bulk'), chunkOf(conversionOf(customerId)));
      await new Promise((resolve) => setTimeout(resolve, delay / 2));
      const { status, lines } = await lastAnswer(connection.send(badChunk));
      outcomes.add(status);
      const told = lines.map((each) => each.status);
      expect([status, await keptOf(customerId)], `after ${delay / 2} ms: ${told}`).toEqual(
        status === 200 ? [200, 1] : [400, 0],
      );
      if (status === 200) expect(told).toEqual([201, 400]);
    }
    expect(outcomes).toContain(200);
  });

  test.each([
    ['a bad chunk', (connection: RawConnection) => connection.send(badChunk)],
    ['the end of what is sent', (connection: RawConnection) => connection.endSending()],
  ])('is told at once where answers have begun: %s', async (_what, breakOff) => {
    using connection = await RawConnection.open(port);
    connection.send(bulkHead('/conversions/bulk'), chunkOf(conversionOf('begun')));
    await connection.arrived('"status":201');
    const begun = performance.now();
    const { lines } = await lastAnswer(breakOff(connection.send(chunkOf(conversionOf('begun')))));
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(lines).toMatchObject([
      { line: 1, status: 201 },
      { line: 2, status: 201 },
      { line: 3, status: 400, detail: 'The body broke off.' },
    ]);
  });

  test('is none where it came whole, whatever follows', async () => {
    using connection = await RawConnection.open(port);
    const body = conversionOf('whole') + conversionOf('whole').trimEnd();
    const headers = ['Content-Type: application/x-ndjson', `Content-Length: ${body.length}`];
    connection.send(head('POST', '/conversions/bulk', ...headers), body, 'BOGUS\r\n\r\n');
    const { status, lines } = await lastAnswer(connection);
    expect([status, ...lines.slice(0, 2).map((line) => line.status)]).toEqual([200, 201, 201]);
    // Behind it stands the refusal of what followed, which is about no line.
    expect(lines.slice(2)).toMatchObject([{ status: 400, title: 'Bad Request' }]);
    expect(await keptOf('whole')).toBe(2);
  });

  test('refuses nothing that is done: a request that needs no body is answered for what it did', async () => {
    for (let place = 0; place < 12; place++) {
      const customerId = `gone${place}`;
      await service.call('PUT', `/customers/${customerId}/lead-source`, { body: { source: 'a' } });
      const path = `/customers/${customerId}/lead-source`;
      using connection = await RawConnection.open(port);
      connection.send(head('DELETE', path, 'Content-Length: 10'), 'abc');
      await new Promise((resolve) => setTimeout(resolve, place / 2));
      const { status } = await connection.endSending().response();
      const isThere = (await service.call('GET', path)).status === 200;
      expect([status, isThere]).toEqual(isThere ? [400, true] : [204, false]);
    }
  });
});
