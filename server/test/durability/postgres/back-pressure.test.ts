import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChildService } from '../../support/child-service.ts';
import { HttpClient } from '../../support/http-client.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { makeServiceDatabase } from './service-database.ts';

const clients = 400;
const laterCalls = 4000;
/** As the operator's page promises. */
const longestAnswerMilliseconds = 10_000;
const mostGrowthBytes = 64 * 1024 * 1024;

let server: PostgresServer;
let child: ChildService;
let url: string;
beforeEach(async () => {
  server = await startPostgres();
  child = new ChildService({
    databasePath: '',
    settings: { DATABASE_URL: await makeServiceDatabase(server) },
  });
  url = await child.url();
});
afterEach(async () => {
  await child.kill();
  await server.stop();
});

async function figure(name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return figureIn(text, name);
}

function figureIn(text: string, name: string): number {
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1],
  );
}

interface PoolUse {
  readonly busy: number;
  readonly waiting: number;
  readonly limit: number;
}

/** How those connections are used by which callers are looked up, told again and again until some work is done. */
async function usesDuring(work: Promise<unknown>): Promise<readonly PoolUse[]> {
  const ofReading = (text: string, name: string) =>
    figureIn(text, `leadsource_storage_pool_${name}{pool="reading"}`);
  const uses: PoolUse[] = [];
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    const text = await (await fetch(`${url}/metrics`)).text();
    uses.push({
      busy: ofReading(text, 'busy_connections'),
      waiting: ofReading(text, 'waiting_calls'),
      limit: ofReading(text, 'limit_connections'),
    });
  }
  await over;
  return uses;
}

/** Puts, one after the other, while there is to be another; the milliseconds of each refusal. */
async function offer(
  client: HttpClient,
  customerId: string,
  isAnother: () => boolean,
): Promise<readonly number[]> {
  const refusals: number[] = [];
  while (isAnother()) {
    const sentAt = performance.now();
    const body = { source: String(refusals.length), campaign: 'c'.repeat(250) };
    const { status, headers } = await client.send('PUT', `/customers/${customerId}/lead-source`, body);
    expect(status).toBe(503);
    expect(headers['retry-after']).toMatch(/^[1-9]\d*$/);
    refusals.push(performance.now() - sentAt);
  }
  return refusals;
}

test('thousands of writes to a server that stands still are refused, soon at once, and nothing piles up', async () => {
  const all = Array.from({ length: clients }, () => new HttpClient(url));
  const offerAll = async (calls: number): Promise<readonly number[]> => {
    let offered = 0;
    const isAnother = () => offered++ < calls;
    return (await Promise.all(all.map((client, place) => offer(client, `c${place}`, isAnother)))).flat();
  };
  await Promise.all(all.map((client, place) => client.send('GET', `/customers/c${place}`)));
  await server.hold();
  // As long as their key is remembered, calls come to the writes; then to the reads. Either shows that nothing moves.
  const first = [...(await offerAll(clients)), ...(await offerAll(clients))];
  expect(Math.max(...first)).toBeLessThan(longestAnswerMilliseconds);
  const before = await figure('process_resident_memory_bytes');
  const offering = offerAll(laterCalls);
  const uses = await usesDuring(offering);
  const later = await offering;
  expect(later).toHaveLength(laterCalls);
  expect(Math.max(...later)).toBeLessThan(longestAnswerMilliseconds);
  // One call at a time goes out to see whether the server is back, or waits for its turn to connect, and beside it there may be
  // one that is given up. All others are refused at once: they would wait where no connection is left.
  expect(uses.filter(({ busy, waiting, limit }) => !(waiting <= 1 && busy + waiting < limit))).toEqual([]);
  expect((await figure('process_resident_memory_bytes')) - before).toBeLessThan(mostGrowthBytes);
  expect(await figure('leadsource_storage_waiting_writes')).toBe(0);
  server.resume();
  for (const client of all) client[Symbol.dispose]();
  using client = new HttpClient(url);
  while ((await client.send('PUT', '/customers/after/lead-source', {})).status === 503);
});
