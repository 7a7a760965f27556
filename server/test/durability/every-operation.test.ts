import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, test } from 'vitest';
import { ChildService } from '../support/child-service.ts';
import { startCuttableProxy } from '../support/cuttable-proxy.ts';
import { migratedDatabase } from '../support/postgres.ts';
import { testNeeding } from '../support/requirements.ts';
import { lackOfStrace } from '../support/strace.ts';
import { EveryOperation, type Told } from './every-operation.ts';
import { readiness } from './postgres/under-faults.ts';
import { loadingFirst } from './recording.ts';

/** Who calls is remembered for a moment: as long as that lasts, each operation comes to its own reads and writes. */
const stillClock = { NODE_OPTIONS: loadingFirst([new URL('./preloads/still-clock.ts', import.meta.url)]) };

const needNoStorage = [
  'GET /',
  'GET /capture.js',
  'GET /docs',
  'GET /health/live',
  'GET /metrics',
  'GET /openapi.json',
];
/** What was asked for is there, was done, or is known not to be there. */
const answers = [200, 201, 202, 204, 404, 409];

function isAnswer({ status, lineStatuses }: Told): boolean {
  return answers.includes(status) && lineStatuses.every((line) => line === 201);
}

/** Of the whole, or of every line where nothing had to be known before the first one. */
function isRefusal({ status, retryAfter, lineStatuses }: Told): boolean {
  if (status === 503) return /^[1-9]\d*$/.test(retryAfter ?? '');
  return status === 200 && lineStatuses.length > 0 && lineStatuses.every((line) => line === 503);
}

async function becomesReady(url: string, status: 200 | 503): Promise<void> {
  while ((await readiness(url)) !== status);
}

/** Asks a service whose storage fails from the beginning of the trouble to its end, and then once more. */
async function tryEveryOperation(url: string, begin: () => Promise<AsyncDisposable>): Promise<void> {
  const every = await EveryOperation.of(url);
  {
    await using _trouble = await begin();
    await becomesReady(url, 503);
    const told = await every.tell();
    const [without, within] = [true, false].map((needsNone) =>
      told.filter(({ operation }) => needNoStorage.includes(operation) === needsNone),
    );
    expect(without?.map(({ status }) => status)).toEqual(needNoStorage.map(() => 200));
    expect(within?.filter((each) => !isRefusal(each))).toEqual([]);
  }
  await becomesReady(url, 200);
  expect((await every.tellInTheEnd()).filter((each) => !isAnswer(each))).toEqual([]);
}

describe('every operation says that it cannot be answered now, and is answered afterwards', () => {
  test('where PostgreSQL is away', async () => {
    const database = await migratedDatabase();
    await using proxy = await startCuttableProxy(database.url);
    {
      const settings = { ...stillClock, DATABASE_URL: proxy.url };
      await using child = new ChildService({ databasePath: '', settings });
      await tryEveryOperation(await child.url(), async () => {
        proxy.cut();
        return { [Symbol.asyncDispose]: async () => proxy.mend() };
      });
    }
    await database.drop();
  });

  testNeeding(lackOfStrace(), 'where the disk of a database file neither reads nor writes', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'leadsource-every-'));
    const databasePath = join(directory, 'leadsource.db');
    {
      await using child = new ChildService({ databasePath, settings: stillClock });
      const url = await child.url();
      await tryEveryOperation(url, () => failDisk(child.processId, databasePath));
      child.signal('SIGTERM');
      expect(await child.ended).toMatchObject({ code: 0, stderr: '' });
    }
    await rm(directory, { recursive: true });
  });
});

/** Lets whatever a process reads or writes of a database file fail, until it is disposed of. */
async function failDisk(processId: number, path: string): Promise<AsyncDisposable> {
  const calls = 'pread64,pwrite64';
  const files = [path, `${path}-wal`].flatMap((file) => ['-P', file]);
  const failing = ['-e', `trace=${calls}`, '-e', `inject=${calls}:error=EIO`, ...files];
  const strace = spawn('strace', ['-f', '-p', String(processId), '-o', '/dev/null', ...failing], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const [said] = await once(strace.stderr, 'data');
  expect(String(said)).toMatch(/attached with \d+ threads/);
  strace.stderr.resume();
  // Whatever the service still has in memory is outdated from now on.
  using other = new DatabaseSync(path, { timeout: 5000 });
  other.exec('UPDATE organizations SET organization_id = organization_id');
  return {
    async [Symbol.asyncDispose]() {
      strace.kill('SIGINT');
      await once(strace, 'exit');
    },
  };
}
