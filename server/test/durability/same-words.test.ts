import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { completeLeadSource } from '../../src/domain/lead-source.ts';
import { problemOf } from '../../src/http/problem.ts';
import { engines } from '../storage/engines.ts';
import { ChildService } from '../support/child-service.ts';
import { type CuttableProxy, startCuttableProxy } from '../support/cuttable-proxy.ts';
import { type ClientAnswer, HttpClient } from '../support/http-client.ts';
import { type PostgresServer, startPostgres } from '../support/postgres-server.ts';
import { isWithoutSmallDisk, mountSmallDisk, type SmallDisk, whyNoSmallDisk } from '../support/small-disk.ts';
import {
  endConnections,
  makeServiceDatabase,
  makeTablespace,
  serviceRole,
} from './postgres/service-database.ts';

const path = '/customers/c/lead-source';
const mostWaiting = 10_000;

/** Something that keeps a storage from writing, until its end. */
interface Trouble {
  readonly name: string;
  readonly detail: string;
  /** Where it cannot be brought about. */
  readonly isLeftOut?: boolean;
  readonly begin: () => Promise<AsyncDisposable>;
}

function endingWith(end: () => unknown): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}

function fullDisk(disk: () => SmallDisk | null): Trouble {
  return {
    name: 'a full disk',
    detail: 'The storage is full.',
    isLeftOut: isWithoutSmallDisk,
    begin: async () => {
      await disk()?.fill();
      return endingWith(() => disk()?.clear());
    },
  };
}

/** Of connections that are being ended, so that others take their place. */
const passingDetail = 'The storage is about to stop or start.';

/** Writes until that is refused, which a full disk does not at once. */
async function refusal(client: HttpClient): Promise<ClientAnswer> {
  for (let number = 0; ; number++) {
    const answer = await client.send('PUT', path, { source: String(number), path: 'p'.repeat(500) });
    const { detail } = answer.body as { readonly detail?: string };
    if (answer.status !== 201 && detail !== passingDetail) return answer;
  }
}

async function expectTheWords(url: string, { detail, begin }: Trouble): Promise<void> {
  using client = new HttpClient(url);
  expect((await client.send('PUT', path, { source: 'before' })).status).toBe(201);
  {
    await using _trouble = await begin();
    const { status, headers, body } = await refusal(client);
    expect(body).toEqual({
      type: 'about:blank',
      title: 'Service Unavailable',
      status: 503,
      detail,
      instance: path,
    });
    expect(status).toBe(503);
    expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '5' });
  }
  while ((await client.send('PUT', path, { source: 'after' })).status === 503);
  expect((await client.send('GET', path)).body).toMatchObject({ source: 'after' });
}

describe('on the embedded engine', () => {
  let disk: SmallDisk | null;
  let directory: string;
  let databasePath: string;
  let child: ChildService;

  beforeAll(async () => {
    disk = isWithoutSmallDisk ? null : await mountSmallDisk(16);
    directory = await mkdtemp(join(disk?.directory ?? tmpdir(), 'leadsource-words-'));
    databasePath = join(directory, 'leadsource.db');
    child = new ChildService({ databasePath });
  });
  afterAll(async () => {
    await child.kill();
    await rm(directory, { recursive: true });
    await disk?.[Symbol.asyncDispose]();
  });

  const troubles: readonly Trouble[] = [
    fullDisk(() => disk),
    {
      name: 'another who writes for long',
      detail: 'The storage is busy.',
      begin: async () => {
        const other = new DatabaseSync(databasePath);
        other.exec('BEGIN IMMEDIATE');
        return endingWith(() => other.close());
      },
    },
  ];

  for (const trouble of troubles) {
    const { name, detail, isLeftOut = false } = trouble;
    const why = isLeftOut ? ` (left out: ${whyNoSmallDisk})` : '';
    test.skipIf(isLeftOut)(`${name} is answered with: ${detail}${why}`, async () => {
      await expectTheWords(await child.url(), trouble);
    });
  }
});

describe('on PostgreSQL', () => {
  let disk: SmallDisk | null;
  let server: PostgresServer;
  let proxy: CuttableProxy;
  let child: ChildService;

  beforeAll(async () => {
    server = await startPostgres();
    disk = isWithoutSmallDisk ? null : await mountSmallDisk(32);
    const place = disk === null ? '' : await makeTablespace(server, disk);
    proxy = await startCuttableProxy(await makeServiceDatabase(server, serviceRole, place));
    child = new ChildService({ databasePath: '', settings: { DATABASE_URL: proxy.url } });
  });
  afterAll(async () => {
    await child.kill();
    await proxy[Symbol.asyncDispose]();
    await server.stop();
    await disk?.[Symbol.asyncDispose]();
  });

  async function change(statement: string): Promise<void> {
    await server.run(statement);
    await endConnections(server);
  }

  const troubles: readonly Trouble[] = [
    fullDisk(() => disk),
    {
      name: 'a server that is away',
      detail: 'The storage is out of reach.',
      begin: async () => {
        proxy.cut();
        return endingWith(() => proxy.mend());
      },
    },
    {
      name: 'a server that only reads',
      detail: 'The storage is read-only.',
      begin: async () => {
        await change(`ALTER ROLE ${serviceRole} SET default_transaction_read_only = on`);
        return endingWith(() => change(`ALTER ROLE ${serviceRole} RESET default_transaction_read_only`));
      },
    },
    {
      name: 'a server with too many connections',
      detail: 'The storage is short of connections.',
      begin: async () => {
        await change(`ALTER ROLE ${serviceRole} CONNECTION LIMIT 0`);
        return endingWith(() => change(`ALTER ROLE ${serviceRole} CONNECTION LIMIT -1`));
      },
    },
    {
      name: 'another who writes for long',
      detail: 'The storage is busy.',
      begin: async () => {
        const { client } = await server.connect(serviceRole, serviceRole);
        await client.query('BEGIN');
        await client.query('LOCK TABLE key_ranges IN EXCLUSIVE MODE');
        return endingWith(() => client.end());
      },
    },
  ];

  for (const trouble of troubles) {
    const { name, detail, isLeftOut = false } = trouble;
    const why = isLeftOut ? ` (left out: ${whyNoSmallDisk})` : '';
    test.skipIf(isLeftOut)(`${name} is answered with: ${detail}${why}`, async () => {
      await expectTheWords(await child.url(), trouble);
    });
  }
});

describe.each(engines)('on $name', ({ open }) => {
  test('more writes than may wait are answered with: Too many writes are waiting.', async () => {
    const { store, dispose } = await open();
    // Nothing is to be kept, since nobody knows the organization.
    const put = (customerId: string) =>
      store
        .write('putLeadSource', {
          organizationId: 'nobody',
          customerId,
          actor: 'key',
          now: 1,
          leadSource: completeLeadSource({}),
          precondition: {},
        })
        .catch((error: unknown) => problemOf(error, path));
    // Some are on their way at once and do not wait.
    const answers = await Promise.all(
      Array.from({ length: mostWaiting + 500 }, (_, place) => put(`c${place}`)),
    );
    expect(answers[0]).toMatchObject({ status: 404 });
    expect(answers.at(-1)).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(answers.at(-1)).toHaveProperty('body', expect.stringContaining('"Too many writes are waiting."'));
    await dispose();
  });
});
