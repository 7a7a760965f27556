import { appendFile, copyFile, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChildService } from '../support/child-service.ts';
import { commandLine } from '../support/command-line.ts';
import {
  startTestServiceOn,
  type TestDatabase,
  type TestService,
  testDatabase,
  testSecretKey,
} from '../support/service.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await testDatabase();
});
afterEach(() => database.drop());

/** What a service does on the database, from its start to its end. */
async function serving(work: (service: TestService) => Promise<void>): Promise<void> {
  await using service = await startTestServiceOn(database);
  await work(service);
}

async function addPeople({ call }: TestService): Promise<void> {
  const facts = { source: 'ad', clickId: 'of-zelda', path: '/of-zelda' };
  await call('PUT', '/customers/zelda-before/lead-source', { body: facts });
  await call('PUT', '/customers/zelda', { body: { customFields: { name: 'zelda' } } });
  await call('PUT', '/customers/other/lead-source', { body: { source: 'x' } });
}

/** Files of the database's directory that have this in them. */
async function filesWith(text: string): Promise<readonly string[]> {
  const directory = dirname(database.path);
  const found: string[] = [];
  for (const name of await readdir(directory)) {
    if ((await readFile(join(directory, name))).includes(text)) found.push(name);
  }
  return found;
}

test('an older database is erased again before anybody is served, and nobody else', async () => {
  const older = `${database.path}.copy`;
  await serving(addPeople);
  await copyFile(database.path, older);
  await serving(async ({ call }) => {
    await call('DELETE', '/customers/zelda-before?targetCustomerId=zelda');
    await call('POST', '/customers/zelda/erasure');
  });
  await copyFile(older, database.path);
  await serving(async ({ call }) => {
    for (const id of ['zelda', 'zelda-before']) {
      expect((await call('GET', `/customers/${id}`)).status).toBe(404);
    }
    expect((await call('GET', '/customers/other')).status).toBe(200);
  });
  expect(await filesWith('zelda')).toEqual(['leadsource.db.copy']);
});

describe('an older database is erased again, too,', () => {
  let older: string;
  beforeEach(async () => {
    older = `${database.path}.copy`;
    await serving(addPeople);
    await copyFile(database.path, older);
    await serving(async ({ call }) => {
      await call('POST', '/customers/zelda/erasure');
    });
  });

  async function requireErasedAgain(there: TestDatabase): Promise<void> {
    await using service = await startTestServiceOn(there);
    expect((await service.call('GET', '/customers/zelda')).status).toBe(404);
    expect((await service.call('GET', '/customers/other')).status).toBe(200);
  }

  test('once the log was lost, and a service has run since', async () => {
    const log = `${database.path}.erasures`;
    const lines = await readFile(log, 'utf8');
    await rm(log);
    for (let start = 0; start < 2; start++) {
      await serving(async () => undefined);
      expect(await readFile(log, 'utf8')).toBe(lines);
    }
    await copyFile(older, database.path);
    await requireErasedAgain(database);
  });

  test('but where the log cannot have what it lacks, there is no start', async () => {
    const log = `${database.path}.erasures`;
    await rm(log);
    await symlink(join(`${database.path}.absent`, 'log'), log);
    await expect(startTestServiceOn(database)).rejects.toThrow(
      `${log} lacks erasures that the database knows: ENOENT`,
    );
  });

  test.each(["hashes = 'none'", 'erased_time = 9007199254740993'])(
    'or where its erasures cannot be read, is replaced all the same (%s)',
    async (damage) => {
      await rm(`${database.path}.erasures`);
      const damaged = new DatabaseSync(database.path);
      damaged.exec(`UPDATE erasures SET ${damage}`);
      damaged.close();
      using operator = commandLine(database.url);
      expect((await operator.run('restore', '--force', older)).exitCode).toBe(0);
      await serving(async ({ call }) => {
        expect((await call('GET', '/customers/zelda')).status).toBe(200);
      });
    },
  );

  test.each([
    ['an archive', true],
    ['an archive', false],
    ['a backup', true],
    ['a backup', false],
  ])('where the newer one came from %s (and a service ran on it: %s)', async (source, runs) => {
    const newer = `${database.path}.newer`;
    const there = await testDatabase();
    using operator = commandLine(database.url);
    const done = async (...words: readonly string[]) =>
      expect(await operator.runWith({ DATABASE_URL: there.url }, ...words)).toMatchObject({ exitCode: 0 });
    try {
      if (source === 'an archive') {
        await operator.json('export', 'all', newer);
        await done('import', '--restore', newer);
      } else {
        await operator.json('backup', newer);
        await done('restore', newer);
      }
      if (runs) await startTestServiceOn(there).then((service) => service[Symbol.asyncDispose]());
      await done('restore', '--force', older);
      await requireErasedAgain(there);
    } finally {
      await there.drop();
    }
  });
});

test('a database that knows of the erasure keeps a customer who came after it', async () => {
  await serving(async (service) => {
    await addPeople(service);
    await service.call('POST', '/customers/zelda/erasure');
    await service.call('PUT', '/customers/zelda/lead-source', { body: { source: 'new' } });
  });
  await serving(async ({ call }) => {
    expect((await call('GET', '/customers/zelda/lead-source')).body).toMatchObject({ source: 'new' });
  });
});

test('a line of the log that nobody can read stops the start; one that a power cut left torn does not', async () => {
  const log = `${database.path}.erasures`;
  await serving(async (service) => {
    await addPeople(service);
    await service.call('POST', '/customers/zelda/erasure');
  });
  await appendFile(log, '{"organizationId":"org_te');
  await serving(async ({ call }) => {
    expect((await call('POST', '/customers/other/erasure')).status).toBe(200);
  });
  const lines = (await readFile(log, 'utf8')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line).organizationId)).toEqual(['org_test', 'org_test']);
  await appendFile(log, 'x\n');
  await expect(startTestServiceOn(database)).rejects.toThrow('Line 3 of');
});

test('what a process had no time to shred the next one shreds', async () => {
  await serving(addPeople);
  await appendFile(`${database.path}.shredding`, '');
  await serving(async () => undefined);
  expect(await readdir(dirname(database.path))).not.toContain('leadsource.db.shredding');
});

test('neither a file nor a line of the log has a byte of who was erased, while the process runs', async () => {
  const settings = { LEADSOURCE_LOG_LEVEL: 'trace', LEADSOURCE_DRAIN_SECONDS: '0' };
  await using service = new ChildService({ databasePath: database.path, settings });
  const url = await service.url();
  const ask = async (method: string, path: string, body?: object): Promise<number> => {
    const headers = { 'REB-APIKEY': testSecretKey, 'Content-Type': 'application/json' };
    const sent = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
    return (await fetch(url + path, sent)).status;
  };
  for (const id of ['zelda-before', 'zelda']) {
    const facts = { source: 'ad', clickId: `${id}-click`, path: `/${id}` };
    expect(await ask('PUT', `/customers/${id}/lead-source`, facts)).toBe(201);
  }
  expect(await ask('PUT', '/customers/zelda', { customFields: { name: 'zelda' } })).toBe(200);
  expect(await ask('DELETE', '/customers/zelda-before?targetCustomerId=zelda')).toBe(204);
  expect(await filesWith('zelda')).not.toEqual([]);
  expect(await ask('POST', '/customers/zelda/erasure')).toBe(200);
  expect(await ask('GET', '/customers/zelda')).toBe(404);
  expect(await filesWith('zelda')).toEqual([]);
  service.signal('SIGTERM');
  const { code, stdout, stderr } = await service.ended;
  expect([code, stdout.includes('zelda'), stderr.includes('zelda')]).toEqual([0, false, false]);
});
