import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChildService } from '../support/child-service.ts';
import { type ClientAnswer, HttpClient } from '../support/http-client.ts';
import { type FreshDatabase, freshDatabase } from '../support/postgres.ts';
import { type ReadyProxy, startReadyProxy } from '../support/ready-proxy.ts';

const processes = 2;
const clients = 12;
const calls = 100_000_000;

let database: FreshDatabase;
let proxy: ReadyProxy;
const running = new Set<ChildService>();
beforeEach(async () => {
  database = await freshDatabase();
  proxy = await startReadyProxy();
});
afterEach(async () => {
  await Promise.all(Array.from(running, (service) => service.kill()));
  running.clear();
  await proxy[Symbol.asyncDispose]();
  await database.drop();
});

interface Running {
  readonly service: ChildService;
  readonly url: string;
}

async function startOne(): Promise<Running> {
  const service = new ChildService({
    databasePath: '',
    settings: {
      DATABASE_URL: database.url,
      LEADSOURCE_DRAIN_SECONDS: '1',
      LEADSOURCE_RATE_LIMIT: `${calls}/999999`,
    },
  });
  running.add(service);
  const url = await service.url();
  await proxy.add(url);
  return { service, url };
}

async function stopOne({ service, url }: Running): Promise<void> {
  service.signal('SIGTERM');
  expect(await service.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
  running.delete(service);
  proxy.remove(url);
}

/** Clients that keep their connections and call without a pause until they are told to stop. */
class Load {
  readonly answers: ClientAnswer[] = [];
  readonly failures: unknown[] = [];
  /** What was last acknowledged, by customer. */
  readonly acknowledged = new Map<string, string>();
  readonly #events = new EventTarget();
  readonly #clients: readonly Promise<void>[];
  #isOver = false;

  constructor(url: string) {
    this.#clients = Array.from({ length: clients }, (_, place) => this.#call(url, `c${place}`));
  }

  /** Resolves when so many more calls were answered. */
  async goOn(count: number): Promise<void> {
    const enough = this.answers.length + count;
    while (this.answers.length < enough && this.failures.length === 0) await once(this.#events, 'answer');
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }

  async #call(url: string, customer: string): Promise<void> {
    using client = new HttpClient(url);
    for (let number = 1; !this.#isOver; number++) {
      const source = String(number);
      try {
        this.answers.push(await client.send('PUT', `/customers/${customer}/lead-source`, { source }));
        this.acknowledged.set(customer, source);
      } catch (error) {
        this.failures.push(error);
      }
      this.#events.dispatchEvent(new Event('answer'));
    }
  }
}

test('processes replaced one after the other under load answer every single call', async () => {
  let serving = await Promise.all(Array.from({ length: processes }, startOne));
  const load = new Load(proxy.url);
  await load.goOn(200);
  for (const old of serving) {
    await stopOne(old);
    serving = [...serving.filter((each) => each !== old), await startOne()];
    await load.goOn(200);
  }
  await load.stop();
  expect(load.failures).toEqual([]);
  expect(load.answers.filter(({ status }) => status !== 201).map(({ body }) => body)).toEqual([]);
  expect(load.answers.length).toBeGreaterThan(200 * (processes + 1));

  // No call was counted twice or not at all, though each process began to count where others had come to.
  const remaining = load.answers.map(({ headers }) => Number(headers['x-ratelimit-remaining']));
  expect(new Set(remaining).size).toBe(remaining.length);
  expect(Math.min(...remaining)).toBe(calls - remaining.length);

  using client = new HttpClient(proxy.url);
  for (const [customer, source] of load.acknowledged) {
    const { body } = await client.send('GET', `/customers/${customer}/lead-source`);
    expect(body).toMatchObject({ source });
  }
});
