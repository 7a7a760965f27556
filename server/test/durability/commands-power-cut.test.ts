import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { countOf } from '../support/counts.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { testNeeding } from '../support/requirements.ts';
import { lackOfStrace, straceCommand } from '../support/strace.ts';
import { Disk } from './disk.ts';
import { ImageClient } from './image-client.ts';
import { startNearby } from './nearby-service.ts';
import { lookAt } from './power-cut.ts';
import { momentsOf, recordedCalls } from './recorded-calls.ts';
import { NotingClient, recordedRoot } from './recording.ts';
import { Script, scriptClients } from './script.ts';

const run = promisify(execFile);
const images = countOf(1000);
const shareAfterEnd = 1 / 4;
const timeout = 60_000 + images * 500;
const database = `${recordedRoot}/leadsource.db`;
const backup = `${recordedRoot}/backup.db`;
const migrating = fileURLToPath(new URL('./migrating.ts', import.meta.url));
const leadsource = fileURLToPath(new URL('../../src/cli/leadsource.js', import.meta.url));

/** What is looked at: a directory, and whether the program had come to its end. */
type Look = (directory: string, hasEnded: boolean) => Promise<readonly string[]>;

describe('a power cut', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'leadsource-commands-')));
    await mkdir(join(directory, recordedRoot));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const environment = () => ({
    PATH: process.env['PATH'],
    DATABASE_URL: `sqlite:${join(directory, database)}`,
  });

  /** Has a service keep what a script says. */
  async function keep(script: Script): Promise<void> {
    await using service = await startNearby(join(directory, database));
    const clients = Array.from({ length: scriptClients }, () => new NotingClient(service.url));
    await script.run(clients);
    for (const client of clients) client[Symbol.dispose]();
  }

  /** Looks at what power cuts leave of a run of a program, which may come at any moment of it and after. */
  async function faultsOf(words: readonly string[], look: Look): Promise<readonly string[]> {
    const names = await readdir(join(directory, recordedRoot));
    const files = names.map(async (name) => {
      return [`${recordedRoot}/${name}`, await readFile(join(directory, recordedRoot, name))] as const;
    });
    const disk = new Disk(recordedRoot, new Map(await Promise.all(files)));
    const tracePath = join(directory, 'trace');
    const [strace = '', ...options] = straceCommand({ calls: recordedCalls, tracePath });
    await run(strace, [...options, process.execPath, ...words], { env: environment() });
    const moments = momentsOf(await readFile(tracePath, 'latin1'), directory, 0);
    const random = randomFrom(announceSeed('power cuts'));
    const faults: string[] = [];
    const cuts = Array.from({ length: images }, () =>
      random() < shareAfterEnd ? moments.length : Math.floor(random() * moments.length),
    );
    for (let passed = 0; passed <= moments.length; passed++) {
      for (const _cut of cuts.filter((cut) => cut === passed))
        faults.push(
          ...(await lookAt(disk.afterPowerCut(random), (left) => look(left, passed === moments.length))),
        );
      const moment = moments[passed];
      if (moment !== undefined && moment.kind !== 'answer') disk.run(moment);
    }
    return faults;
  }

  testNeeding(
    lackOfStrace(),
    'in a migration leaves all, and a whole copy of it once it is migrated',
    { timeout },
    async () => {
      const script = new Script('kept');
      await keep(script);
      const version = (path: string) => {
        using client = new ImageClient(path);
        return client.version();
      };
      const before = version(join(directory, database));
      const faults = await faultsOf([migrating, join(directory, database)], async (left, hasEnded) => {
        const isMigrated = version(join(left, database)) > before;
        const copy = `${database}.before-${before + 1}`;
        return [
          ...(hasEnded && !isMigrated ? ['the migration is undone'] : []),
          ...(await faultsOfFile(join(left, database), script)),
          ...(isMigrated ? await faultsOfFile(join(left, copy), script) : []),
        ];
      });
      expect(faults).toEqual([]);
    },
  );

  testNeeding(
    lackOfStrace(),
    'in a backup leaves no part of one under its name, and after it all',
    { timeout },
    async () => {
      const script = new Script('kept');
      await keep(script);
      const words = [leadsource, 'backup', join(directory, backup)];
      const faults = await faultsOf(words, backupLook(script));
      expect(faults).toEqual([]);
    },
  );

  testNeeding(lackOfStrace(), 'in a copy that is not synced is found out', { timeout }, async () => {
    const script = new Script('kept');
    await keep(script);
    const copy =
      'const fs = require("fs"); fs.writeSync(fs.openSync(to, "w"), fs.readFileSync(from), 0, undefined, 0)';
    const [from, to] = [database, backup].map((path) => JSON.stringify(join(directory, path)));
    const words = ['-e', `const from = ${from}, to = ${to}; ${copy}`];
    expect(await faultsOf(words, backupLook(script))).not.toEqual([]);
  });

  testNeeding(
    lackOfStrace(),
    'in a restoration leaves one of the two databases, and after it the right one',
    { timeout },
    async () => {
      const [kept, since] = [new Script('kept'), new Script('since')];
      await keep(kept);
      await run(process.execPath, [leadsource, 'backup', join(directory, backup)], { env: environment() });
      await keep(since);
      const words = [leadsource, 'restore', '--force', join(directory, backup)];
      const faults = await faultsOf(words, async (left, hasEnded) => {
        const path = join(left, database);
        const isRestored = (await faultsOfFile(path, since)).length > 0;
        return [
          ...(hasEnded && !isRestored ? ['the restoration is undone'] : []),
          ...(await faultsOfFile(path, kept)),
        ];
      });
      expect(faults).toEqual([]);
    },
  );
});

/** What power cuts may leave of a backup: nothing before its end, all of it after, no part ever. */
function backupLook(script: Script): Look {
  return async (left, hasEnded) => {
    const isThere = (await readdir(join(left, recordedRoot))).includes('backup.db');
    return isThere || hasEnded ? await faultsOfFile(join(left, backup), script) : [];
  };
}

async function faultsOfFile(path: string, script: Script): Promise<readonly string[]> {
  using client = new ImageClient(path);
  const integrity = client.integrity();
  return [...(integrity === 'ok' ? [] : [integrity]), ...(await script.faults(client))];
}
