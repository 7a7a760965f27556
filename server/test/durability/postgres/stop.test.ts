import { expect, test } from 'vitest';
import { ChildService } from '../../support/child-service.ts';
import { HttpClient } from '../../support/http-client.ts';
import { startPostgres } from '../../support/postgres-server.ts';
import { Spell } from '../../support/spell.ts';
import { makeServiceDatabase } from './service-database.ts';

const stopDeadlineMilliseconds = 10_000;

test('a service whose database server is held up ends in time, with its connections and calls', async () => {
  await using server = await startPostgres();
  const settings = { DATABASE_URL: await makeServiceDatabase(server) };
  await using child = new ChildService({ databasePath: '', settings });
  using client = new HttpClient(await child.url());
  const paths = ['/customers', '/webhooks', '/api-keys', '/jobs', '/health/ready'];
  const all = () => Promise.all(paths.map((path) => client.send('GET', path).catch(() => null)));
  // Connections that nobody uses at the end, and some that wait for an answer.
  await all();
  await server.hold();
  const underWay = all();
  using stop = new Spell(child.processId);
  child.signal('SIGTERM');
  expect(await child.ended).toMatchObject({ code: 0, signal: null });
  expect(stop.milliseconds).toBeLessThan(stopDeadlineMilliseconds);
  await underWay;
});
