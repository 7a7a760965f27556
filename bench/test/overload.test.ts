import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { overload, recover } from '../src/load/overload.ts';
import { putRequests } from '../src/load/requests.ts';

const requests = putRequests({ customers: 10, organizations: 1 });
const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

/** Answers each request with what `statusOf` makes of its number, from 0. */
async function serverThat(statusOf: (place: number) => number) {
  let place = 0;
  const server = createServer((request, response) => {
    request.resume();
    const status = statusOf(place++);
    request.on('end', () => response.writeHead(status, { 'Content-Length': 0 }).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  return { port: (server.address() as AddressInfo).port, processId: process.pid };
}

describe('an overload', () => {
  const load = { connections: 4, warmUpSeconds: 0, durationSeconds: 0.5, requests };

  test('counts what was refused apart from what was done', async () => {
    const server = await serverThat((place) => (place < 3 ? 503 : place < 5 ? 429 : 201));
    const outcome = await overload({ ...load, server });
    expect(outcome.refused).toBe(5);
    expect(outcome.good).toBeGreaterThan(0);
    expect(outcome.longestRefusal).toBeGreaterThan(0);
    expect(outcome.residentMemory).toHaveLength(3);
  });

  test('is broken by an answer that is neither', async () => {
    const server = await serverThat((place) => (place === 2 ? 500 : 201));
    await expect(overload({ ...load, server })).rejects.toThrow('an answer was 500');
  });
});

describe('the recovery', () => {
  test('ends with the first span that has enough good answers and no refusal', async () => {
    const server = await serverThat((place) => (place < 4 ? 503 : 201));
    const { milliseconds, good } = await recover({ server, connections: 4, requests, normalPerSecond: 1 });
    expect(milliseconds).toBeGreaterThan(250);
    expect(good).toBeGreaterThan(0);
  });
});
