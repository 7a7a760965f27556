import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ChildService } from '../support/child-service.ts';
import { commandLine } from '../support/command-line.ts';
import { countOf } from '../support/counts.ts';
import { contentsOf } from '../support/database-contents.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { testNeeding } from '../support/requirements.ts';
import { entry } from '../support/served.ts';
import { lackOfStrace, straceCommand } from '../support/strace.ts';

/** What gives names to files, takes them away, or puts them on disk: between two of these nothing changes in between. */
const calls = [
  'link',
  'linkat',
  'unlink',
  'unlinkat',
  'rename',
  'renameat',
  'renameat2',
  'fsync',
  'fdatasync',
];
/** More than a restore makes of them. */
const mostCalls = 25;
const random = randomFrom(announceSeed('killed restore'));

const directory = mkdtempSync(join(tmpdir(), 'leadsource-killed-restore-'));
const made = join(directory, 'made.db');
const backup = join(directory, 'backup.db');
let old: ReturnType<typeof contentsOf>;
beforeAll(async () => {
  using operator = commandLine(`sqlite:${made}`);
  await operator.run('organization', 'create', '--id', 'org_first', '--no-key');
  await operator.run('backup', backup);
  await operator.run('organization', 'create', '--id', 'org_second', '--no-key');
  // It leaves a log behind, which holds what the file does not.
  await using child = new ChildService({ databasePath: made });
  await child.url();
  await child.kill();
  const path = copyOfMade('read');
  old = contentsOf(path);
});
afterAll(() => rmSync(directory, { recursive: true }));

function copyOfMade(name: string): string {
  const path = join(directory, name);
  for (const ending of ['', '-wal'])
    if (existsSync(made + ending)) copyFileSync(made + ending, path + ending);
  return path;
}

describe('leadsource restore, killed at any call that changes what names lead to', () => {
  testNeeding(
    lackOfStrace(),
    'leaves the old database or the new one, each whole',
    { timeout: 200_000 },
    async () => {
      const places = Array.from({ length: mostCalls }, (_, place) => place + 1);
      for (const place of places.toSorted(() => random() - 0.5).slice(0, countOf(mostCalls))) {
        const path = copyOfMade(`killed-${place}`);
        const tracePath = join(directory, 'trace');
        const injection = `signal=SIGKILL:when=${place}`;
        const wrapper = straceCommand({ calls, injection, tracePath });
        await restoreUnder(wrapper, path);
        recover(path);
        expect([old, contentsOf(backup)]).toContainEqual(contentsOf(path));
      }
      const whole = copyOfMade('whole');
      await restoreUnder([], whole);
      expect(contentsOf(whole)).toEqual(contentsOf(backup));
      expect(old).not.toEqual(contentsOf(backup));
    },
  );
});

/** As the next program does that opens a database after a crash. */
function recover(path: string): void {
  using database = new DatabaseSync(path);
  database.exec('SELECT count(*) FROM sqlite_schema');
}

async function restoreUnder(wrapper: readonly string[], path: string): Promise<void> {
  const [program = '', ...words] = [...wrapper, process.execPath, entry, 'restore', '--force', backup];
  const child = spawn(program, words, {
    env: { DATABASE_URL: `sqlite:${path}`, PATH: process.env['PATH'] },
    stdio: 'ignore',
  });
  await once(child, 'exit');
}
