import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ChildService } from './support/child-service.ts';

describe('a start on a database that has an organization', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'leadsource-start-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  /** What a whole life of the service writes into its log. */
  async function logOf(settings: Readonly<Record<string, string>> = {}): Promise<string[]> {
    await using child = new ChildService({
      databasePath: join(directory, 'leadsource.db'),
      settings: { LEADSOURCE_LOG_LEVEL: 'info', ...settings },
    });
    await child.url();
    child.signal('SIGTERM');
    const { code, stdout } = await child.ended;
    expect(code).toBe(0);
    return stdout.split('\n').filter((line) => line.startsWith('{'));
  }

  test('warns in one line of settings that say something else than the first start made', async () => {
    expect(await logOf()).toEqual([]);
    const later = 'sk_live_anotherKeyThatComesTooLate00000000000';
    const lines = await logOf({ LEADSOURCE_ORGANIZATION_ID: 'org_late', LEADSOURCE_SECRET_KEY: later });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('LEADSOURCE_ORGANIZATION_ID and LEADSOURCE_SECRET_KEY');
    expect(lines[0]).not.toContain(later);
  });

  test('says nothing where they say the same', async () => {
    expect(await logOf()).toEqual([]);
    expect(await logOf()).toEqual([]);
  });
});
