import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { startTestService } from '../support/service.ts';

test('a 201 means that the change is in the files: a service on a copy of them has it', async () => {
  await using service = await startTestService();
  const path = '/customers/kept/lead-source';
  const { body } = await service.call('PUT', path, { body: { source: 'google', path: '/pricing' } });
  const copy = await mkdtemp(join(tmpdir(), 'leadsource-copy-'));
  await cp(dirname(service.databasePath), copy, { recursive: true });
  await using second = await startTestService({ DATABASE_URL: `sqlite:${join(copy, 'leadsource.db')}` });
  expect((await second.call('GET', path)).body).toEqual(body);
  await rm(copy, { recursive: true });
});
