import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ChildService } from '../../support/child-service.ts';
import { countOf } from '../../support/counts.ts';
import { type PostgresServer, startPostgres } from '../../support/postgres-server.ts';
import { announceSeed, randomFrom } from '../../support/random.ts';
import { crash } from '../crashes.ts';
import { makeServiceDatabase } from './service-database.ts';

const kills = countOf(200);
const hastyEntry = fileURLToPath(new URL('./hasty-service.ts', import.meta.url));

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres({ fsync: 'on' });
});
afterAll(() => server.stop());

describe('a service on PostgreSQL that is killed in the midst of writes', () => {
  test('has every write that it acknowledged, whole, and nothing else', {
    timeout: kills * 60_000,
  }, async () => {
    const settings = { DATABASE_URL: await makeServiceDatabase(server) };
    const random = randomFrom(announceSeed('kills'));
    const report = await crash({ databasePath: '', settings, kills, random });
    expect(report.faults).toEqual([]);
    expect(report.exitCode).toBe(0);
    expect(report.acknowledged).toBeGreaterThan(kills * 10);
    expect(report.acknowledgedSteps).toBeGreaterThan(kills);
  });

  test('is found out where it acknowledges before it commits', async () => {
    const settings = { DATABASE_URL: await makeServiceDatabase(server, 'hasty') };
    {
      // The organization and its key are kept as they should be.
      await using first = new ChildService({ databasePath: '', settings });
      await first.url();
    }
    const plan = { databasePath: '', settings, entry: hastyEntry };
    const { faults } = await crash({ ...plan, kills: 2, random: randomFrom(1) });
    expect(faults).toContainEqual(expect.stringMatching(/ was acknowledged and is lost$/));
  });
});
