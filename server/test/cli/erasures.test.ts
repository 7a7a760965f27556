import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CommandLine, commandLine } from '../support/command-line.ts';
import { startTestServiceOn, type TestDatabase, testDatabase } from '../support/service.ts';

let database: TestDatabase;
let operator: CommandLine;
beforeEach(async () => {
  database = await testDatabase();
  operator = commandLine(database.url);
});
afterEach(async () => {
  operator[Symbol.dispose]();
  await database.drop();
});

async function eraseJane(): Promise<void> {
  await using service = await startTestServiceOn(database);
  await service.call('PUT', '/customers/jane/lead-source', { body: { source: 'a' } });
  await service.call('POST', '/customers/jane/erasure');
}

test('leadsource erasures list prints a line for each, without an id in it', async () => {
  await eraseJane();
  const { exitCode, out } = await operator.run('erasures', 'list');
  expect(exitCode).toBe(0);
  expect(JSON.parse(out)).toEqual({
    organizationId: 'org_test',
    id: expect.stringMatching(/^era_/),
    hashes: [expect.stringMatching(/^[\w-]{43}$/)],
    actor: expect.any(String),
    erasedTime: expect.any(Number),
  });
  expect(out).not.toContain('jane');
  const { erasedTime, ...erasure } = JSON.parse(out);
  expect(await operator.json('erasures', 'list')).toEqual([
    { ...erasure, erasedTime: new Date(erasedTime).toISOString() },
  ]);
});

test('leadsource erasures apply does them again where they are not known', async () => {
  await eraseJane();
  const { out } = await operator.run('erasures', 'list');
  const file = join(tmpdir(), `erasures-${process.pid}-${Date.now()}.ndjson`);
  await writeFile(file, out.replace(/era_\w+/, 'era_of_a_newer_database'));
  try {
    await using service = await startTestServiceOn(database);
    await service.call('PUT', '/customers/jane/lead-source', { body: { source: 'restored' } });
    const applied = await operator.run('erasures', 'apply', file);
    if (database.path !== '') {
      expect(applied).toMatchObject({
        exitCode: 1,
        err: expect.stringContaining(`${database.path}.erasures`),
      });
      return;
    }
    expect(applied.out).toBe('Erasures repeated: 1. Customers erased: 1.\n');
    expect((await service.call('GET', '/customers/jane')).status).toBe(404);
    expect(await operator.json('erasures', 'apply', file)).toEqual({ erasures: 0, customers: 0 });
    await writeFile(file, `${await readFile(file, 'utf8')}{}\n`);
    expect((await operator.run('erasures', 'apply', file)).err).toContain('Line 2 of');
  } finally {
    await rm(file);
  }
});
