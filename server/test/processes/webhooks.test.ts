import { expect, test, vi } from 'vitest';
import { migratedDatabase } from '../support/postgres.ts';
import { Receiver, receiverSettings } from '../support/receiver.ts';
import { startTestServiceOn } from '../support/service.ts';

const customers = 40;
const patience = { timeout: 60_000 };

test('two processes tell every change once, whichever of them was written to, and one goes on where the other stopped', async () => {
  await using receiver = await Receiver.start();
  await using database = await disposableDatabase();
  const start = () => startTestServiceOn({ url: database.url, path: '' }, receiverSettings);
  const one = await start();
  await using other = await start();
  const body = { url: receiver.url, eventsFilter: ['lead-source-changed'] };
  await one.call('PUT', '/webhooks/w', { body });
  const write = (service: typeof one, name: string) =>
    service.call('PUT', `/customers/${name}/lead-source`, { body: { source: name } });
  for (let number = 0; number < customers; number++) {
    await Promise.all([write(one, `a${number}`), write(other, `b${number}`)]);
  }
  await vi.waitUntil(() => receiver.received.length >= 2 * customers, patience);
  const told = receiver.received.map((each) => each.body.current?.source);
  expect(new Set(told).size).toBe(2 * customers);
  expect(told).toHaveLength(2 * customers);
  await one[Symbol.asyncDispose]();
  await write(other, 'last');
  await receiver.until(2 * customers + 1);
});

async function disposableDatabase() {
  const database = await migratedDatabase();
  return { url: database.url, [Symbol.asyncDispose]: () => database.drop() };
}
