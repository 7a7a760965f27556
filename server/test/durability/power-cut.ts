import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openSqliteStore } from '../../src/storage/sqlite/store.ts';
import type { ClientAnswer } from '../support/http-client.ts';
import { organizationNamed } from '../support/store-room.ts';
import { Disk } from './disk.ts';
import { ImageClient } from './image-client.ts';
import { type Life, recordedDatabase, recordedRoot } from './recording.ts';
import { Script, toldSoFar } from './script.ts';

export interface PowerCuts {
  readonly lives: readonly Life[];
  readonly images: number;
  readonly random: () => number;
}

/** So many images are also opened by the whole storage, and written to: one in so many. */
const imagesForEachOpening = 25;

/**
 * Cuts the power at random moments of recorded lives, once of them at the end, and answers every way in which what the disk could hold then breaks
 * what the clients had been told.
 */
export async function faultsAfterPowerCuts({ lives, images, random }: PowerCuts): Promise<readonly string[]> {
  const faults: string[] = [];
  const moments = lives.reduce((sum, life) => sum + life.moments.length, 0);
  const earlier = Array.from({ length: images - 1 }, () => Math.floor(random() * (moments + 1)));
  const cuts = [...earlier, moments];
  const left = cuts.toSorted((one, other) => one - other);
  const disk = new Disk(recordedRoot);
  const told = new Set<string>();
  let passed = 0;
  const cut = async (life: Life): Promise<void> => {
    for (; left[0] === passed; left.shift()) {
      const files = disk.afterPowerCut(random);
      const found = await faultsOf(
        files,
        livesUntil(lives, life),
        told,
        left.length % imagesForEachOpening === 0,
      );
      faults.push(...found.map((fault) => `Power cut at ${passed} of ${moments}: ${fault}`));
    }
  };
  for (const life of lives) {
    for (const moment of life.moments) {
      await cut(life);
      if (moment.kind === 'answer') told.add(moment.requestId);
      else disk.run(moment);
      passed += 1;
    }
    await cut(life);
  }
  return faults;
}

function livesUntil(lives: readonly Life[], last: Life): readonly Life[] {
  return lives.slice(0, lives.indexOf(last) + 1);
}

async function faultsOf(
  files: ReadonlyMap<string, Uint8Array>,
  lives: readonly Life[],
  told: ReadonlySet<string>,
  isOpenedWhole: boolean,
): Promise<readonly string[]> {
  return await lookAt(files, async (directory) => {
    const path = join(directory, recordedDatabase);
    await mkdir(dirname(path), { recursive: true });
    if (isOpenedWhole) await writeTo(path);
    return await faultsOfImage(path, lives, told);
  });
}

/** Puts the files that a power cut left where they can be looked at. What cannot be read is a fault. */
export async function lookAt(
  files: ReadonlyMap<string, Uint8Array>,
  look: (directory: string) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const directory = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'leadsource-image-'));
  try {
    for (const [name, bytes] of files) {
      await mkdir(dirname(join(directory, name)), { recursive: true });
      await writeFile(join(directory, name), bytes);
    }
    return await look(directory);
  } catch (error) {
    return [`it cannot be read: ${String(error)}`];
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function faultsOfImage(
  path: string,
  lives: readonly Life[],
  told: ReadonlySet<string>,
): Promise<readonly string[]> {
  using client = new ImageClient(path);
  const integrity = client.integrity();
  const faults = integrity === 'ok' ? [] : [`the check of integrity says ${integrity}`];
  for (const { name, answers } of lives) {
    const script = new Script(name);
    const isTold = ({ headers }: ClientAnswer) => told.has(String(headers['x-request-id']));
    await script.run(answers.map((all) => toldSoFar(all.filter(isTold))));
    faults.push(...(await script.faults(client)));
  }
  return faults;
}

/** Opens the storage as a service does, and keeps one thing more. */
async function writeTo(path: string): Promise<void> {
  const onFatal = (reason: string) => {
    throw new Error(reason);
  };
  const id = 'org_after_the_power_cut';
  {
    await using store = await openSqliteStore({ path, role: 'server', onFatal });
    await store.write('createOrganization', { organization: organizationNamed(id), actor: 'operator' });
  }
  await using store = await openSqliteStore({ path, role: 'server', onFatal });
  if ((await store.read.organization(id)) === null) throw new Error('What was written since is lost.');
}
