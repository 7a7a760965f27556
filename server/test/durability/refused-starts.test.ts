import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChildService } from '../support/child-service.ts';

describe('a service that cannot start', () => {
  let directory: string;
  let databasePath: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'leadsource-refused-'));
    databasePath = join(directory, 'leadsource.db');
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** Expects the service to end with 1, and gives back the one line that it says why in. */
  async function refusal(settings: Readonly<Record<string, string>> = {}): Promise<string> {
    await using child = new ChildService({ databasePath, settings });
    const { code, stderr } = await child.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^leadsource: [^\n]+\n$/);
    return stderr;
  }

  test('says that its port is taken', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      expect(await refusal({ PORT: String(port) })).toContain(String(port));
    } finally {
      server.close();
    }
  });

  test.each([
    ['PORT', '65536'],
    ['DATABASE_URL', 'mysql://a.example/b'],
    ['LEADSOURCE_RATE_LIMIT', 'many'],
    ['LEADSOURCE_DRAIN_SECONDS', '-1'],
    ['LEADSOURCE_RATELIMIT', '1/1'],
  ])('names the setting that is wrong: %s=%s', async (name, text) => {
    expect(await refusal({ [name]: text })).toContain(name);
  });

  test('says that another server is running on its database, until that one is killed', async () => {
    await using first = new ChildService({ databasePath });
    await first.url();
    expect(await refusal()).toContain(`Another server is running on ${databasePath}`);
    await first.kill();
    await using second = new ChildService({ databasePath });
    expect(await second.url()).toContain('http://127.0.0.1:');
  });

  test('says that its database is newer than it is', async () => {
    {
      await using child = new ChildService({ databasePath });
      await child.url();
    }
    using database = new DatabaseSync(databasePath);
    database.exec('PRAGMA user_version = 1000');
    expect(await refusal()).toContain('newer than this program');
  });

  test('says that its database is none', async () => {
    await mkdir(databasePath);
    await using child = new ChildService({ databasePath });
    const { code, stderr } = await child.ended;
    expect(code).toBe(1);
    expect(stderr).toMatch(/^leadsource: [^\n]+\n$/);
    expect(stderr).not.toContain('Another server');
  });

  test('says that the directory of its database cannot be made', async () => {
    expect(await refusal({ DATABASE_URL: 'sqlite:/proc/x/x.db' })).toContain("mkdir '/proc/x'");
  });
});
