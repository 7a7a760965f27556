import { describe, expect, test } from 'vitest';
import { beginPut } from '../support/begun-put.ts';
import { ChildService } from '../support/child-service.ts';
import { HttpClient } from '../support/http-client.ts';
import { RawConnection } from '../support/raw-http.ts';
import { testSecretKey } from '../support/service.ts';
import { addManyCustomers, missingValues } from '../support/slow-lists.ts';
import { Spell } from '../support/spell.ts';
import { databaseDirectory } from '../support/sqlite-files.ts';
import { startNearby } from './nearby-service.ts';

const stopDeadlineMilliseconds = 10_000;
/** Where nothing holds it up, though the client would keep its connection. */
const promptStopMilliseconds = 5_000;

/** The status of an answer, or null where the service takes no connections any more. */
async function statusOf(url: string, path: string): Promise<number | null> {
  using client = new HttpClient(url);
  const answer = await client.send('GET', path).catch(() => null);
  return answer?.status ?? null;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds()));
}

async function sourceOf(databasePath: string, customerId: string): Promise<unknown> {
  await using service = await startNearby(databasePath);
  using client = new HttpClient(service.url);
  return (await client.send('GET', `/customers/${customerId}/lead-source`)).body;
}

describe('a service that is told to stop', () => {
  test.each([
    ['one SIGTERM', ['SIGTERM']],
    ['a SIGINT', ['SIGINT']],
    ['a second SIGTERM that follows at once', ['SIGTERM', 'SIGTERM']],
  ] as const)('answers what it accepted, keeps it and exits with 0 after %s', async (_words, signals) => {
    await using files = await databaseDirectory();
    await using child = new ChildService({ databasePath: files.path });
    const url = await child.url();
    const body = JSON.stringify({ source: 'accepted' });
    using connection = await beginPut(url, 'accepted', body);
    using stop = new Spell(child.processId);
    for (const signal of signals) child.signal(signal);
    await until(async () => (await statusOf(url, '/health/live')) === null);
    expect((await connection.send(body).response()).status).toBe(201);
    expect(await child.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(stop.milliseconds).toBeLessThan(promptStopMilliseconds);
    expect(await sourceOf(files.path, 'accepted')).toMatchObject({ source: 'accepted' });
  });

  test('keeps everything it acknowledged while it stopped under load', async () => {
    await using files = await databaseDirectory();
    await using child = new ChildService({ databasePath: files.path });
    const url = await child.url();
    const enough = Promise.withResolvers<void>();
    const acknowledged = Array.from({ length: 16 }, () => 0);
    const write = async (customer: number): Promise<void> => {
      using client = new HttpClient(url);
      for (let number = 1; ; number++) {
        const body = { source: String(number) };
        const answer = await client
          .send('PUT', `/customers/c${customer}/lead-source`, body)
          .catch(() => null);
        if (answer?.status !== 201) return;
        acknowledged[customer] = number;
        if (number === 10) enough.resolve();
      }
    };
    const writers = acknowledged.map((_, customer) => write(customer));
    await enough.promise;
    child.signal('SIGTERM');
    await Promise.all(writers);
    expect(await child.ended).toMatchObject({ code: 0, signal: null });
    await using again = await startNearby(files.path);
    using client = new HttpClient(again.url);
    for (const [customer, number] of acknowledged.entries()) {
      const { headers } = await client.send('GET', `/customers/c${customer}/lead-sources`);
      expect(Number(headers['pagination-total'])).toBeGreaterThanOrEqual(number);
    }
  });

  test('does not wait for a bulk call whose client has gone before anything was answered', async () => {
    await using files = await databaseDirectory();
    await using child = new ChildService({ databasePath: files.path });
    const url = await child.url();
    using connection = await RawConnection.open(Number(new URL(url).port));
    connection.send(
      `POST /lead-sources HTTP/1.1\r\nHost: a\r\nREB-APIKEY: ${testSecretKey}\r\n`,
      'Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n',
    );
    expect((await connection.response()).status).toBe(100);
    expect((await connection.endSending().response()).status).toBe(400);
    using stop = new Spell(child.processId);
    child.signal('SIGTERM');
    expect(await child.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(stop.milliseconds).toBeLessThan(promptStopMilliseconds);
  });

  test('does not wait for a client that never ends the head of its request', async () => {
    await using files = await databaseDirectory();
    await using child = new ChildService({ databasePath: files.path });
    const url = await child.url();
    using connection = await RawConnection.open(Number(new URL(url).port));
    connection.send('GET /health/live HTTP/1.1\r\nHost: a\r\n\r\nGET /health/live HT');
    expect((await connection.response()).status).toBe(200);
    using stop = new Spell(child.processId);
    child.signal('SIGTERM');
    expect(await child.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(stop.milliseconds).toBeLessThan(promptStopMilliseconds);
  });
});

// Nearly all of their time is waiting, which they do together.
describe.concurrent('a service that is told to stop and has to wait', () => {
  test('says first that it is not ready, and works on for the drain time', async () => {
    const settings = { LEADSOURCE_DRAIN_SECONDS: '8' };
    await using files = await databaseDirectory();
    await using child = new ChildService({ databasePath: files.path, settings });
    const url = await child.url();
    expect(await statusOf(url, '/health/ready')).toBe(200);
    child.signal('SIGTERM');
    await until(async () => (await statusOf(url, '/health/ready')) === 503);
    using client = new HttpClient(url);
    const { status } = await client.send('PUT', '/customers/drained/lead-source', { source: 'late' });
    expect(status).toBe(201);
    expect(await statusOf(url, '/health/live')).toBe(200);
    expect(await child.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(await sourceOf(files.path, 'drained')).toMatchObject({ source: 'late' });
  });

  test('does not wait longer for a client that never ends its request', async () => {
    const settings = { LEADSOURCE_DRAIN_SECONDS: '3' };
    await using files = await databaseDirectory();
    await using child = new ChildService({ databasePath: files.path, settings });
    const url = await child.url();
    using _connection = await beginPut(url, 'never', '{"source":"never sent"}');
    using stop = new Spell(child.processId);
    child.signal('SIGTERM');
    expect(await child.ended).toMatchObject({ code: 0, signal: null });
    expect(stop.milliseconds).toBeLessThan(stopDeadlineMilliseconds);
  });

  test('does not wait longer for lists that take long', async () => {
    await using files = await databaseDirectory();
    await using child = new ChildService({ databasePath: files.path });
    const url = await child.url();
    addManyCustomers(files.path, 100_000);
    const path = `/customers?filter=websiteId:${missingValues(100).join(',')}`;
    const statuses = Array.from({ length: 60 }, () => statusOf(url, path));
    // All are accepted by then, and each takes as long again.
    expect(await Promise.race(statuses)).toBe(200);
    using stop = new Spell(child.processId);
    child.signal('SIGTERM');
    expect(await child.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(stop.milliseconds).toBeLessThan(stopDeadlineMilliseconds);
    expect(await Promise.all(statuses)).toContain(null);
  });
});
