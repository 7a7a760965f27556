import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backUp } from '../../../src/storage/sqlite/backup.ts';
import type { Store } from '../../../src/storage/store.ts';
import { countOf } from '../../support/counts.ts';
import { announceSeed, randomFrom } from '../../support/random.ts';
import { placeOfShortLife } from '../../support/short-life.ts';
import { type DatabaseDirectory, databaseDirectory } from '../../support/sqlite-files.ts';
import { StoreRoom } from '../../support/store-room.ts';

const seed = announceSeed('erasure');
const next = randomFrom(seed);
const random = (limit: number): number => Math.floor(next() * limit);
const customers = countOf(20_000);
const chosen = countOf(2000);
/** Each erasure waits for many syncs, and none of them matters here: the files are looked at while all is well. */
const leastSpareBytes = 1024 ** 3;

let directory: DatabaseDirectory;
let store: Store;
let room: StoreRoom;
beforeAll(async () => {
  directory = await databaseDirectory(await placeOfShortLife(leastSpareBytes));
  store = await directory.open();
  room = await StoreRoom.open(() => store);
});
afterAll(async () => {
  await store[Symbol.asyncDispose]();
  await directory[Symbol.asyncDispose]();
});

/** Everything that leads to a person has this in it, and nothing else has. */
const marks = (person: number) => ({
  id: `person-${person}-id`,
  before: `person-${person}-before`,
  visitor: `person-${person}-visitor`,
  text: `person-${person}-text`,
});

/** Writes of one person, among which those of others come. */
async function write(person: number): Promise<void> {
  const { id, before, visitor, text } = marks(person);
  const long = text.repeat(1 + random(12));
  const details = { clickId: text, path: `/${long}`, referrer: `https://x.example/${text}` };
  const doings = [
    () => room.put(before, { source: 'a', ...details }),
    () => room.put(id, { source: 'b', ...details }),
    () => room.save(id, { facts: { customFields: { [text]: long } } }),
    () => room.add(id, { source: 'c', ...details }, { givenId: `${id}-${random(1e9)}` }),
    () => room.capture(visitor, { source: 'd', ...details }),
    () => room.link(id, visitor),
    () => room.add(id, details, { once: { route: 'r', key: `${text}-${random(1e9)}`, contentDigest: text } }),
  ];
  for (let time = 0; time < 4; time++) await doings[random(doings.length)]?.();
  await room.put(id, { source: 'e', ...details });
  await room.link(id, visitor);
  if ((await room.customer(before)) !== null) await room.merge(before, id);
}

/** Of whom anything is in any file of the directory, what SQLite keeps beside the database included. */
async function personsInFiles(): Promise<ReadonlySet<number>> {
  const found = new Set<number>();
  for (const name of await readdir(dirname(directory.path))) {
    const text = await readFile(join(dirname(directory.path), name), 'latin1');
    for (const [, person] of text.matchAll(/person-(\d+)-/g)) found.add(Number(person));
  }
  return found;
}

describe('a customer who was erased', () => {
  test('leaves not a byte in any file, whatever was written before and between', async () => {
    for (let place = 0; place < customers; place += 50) {
      const persons = Array.from({ length: Math.min(50, customers - place) }, (_, more) => place + more);
      await Promise.all(persons.map(write));
    }
    const erased = Array.from({ length: chosen }, (_, place) => Math.floor((place * customers) / chosen));
    const before = await personsInFiles();
    expect(erased.filter((person) => !before.has(person))).toEqual([]);
    for (const [place, person] of erased.entries()) {
      await room.erase(marks(person).id, { erasureId: `era-${place}`, newCustomerId: `erased-${place}` });
      if (random(3) === 0) await write(customers + place);
    }
    const after = await personsInFiles();
    expect(erased.filter((person) => after.has(person))).toEqual([]);
    expect(after.size).toBeGreaterThanOrEqual(customers - chosen);
  });

  test('is in no backup that is made from then on', async () => {
    const file = `${directory.path}.backup`;
    const names = { file, partialName: `${file}.partial` };
    await backUp({ path: directory.path, ...names, replaces: false, watch: () => undefined });
    expect((await readdir(dirname(file))).includes(basename(file))).toBe(true);
    expect((await personsInFiles()).has(0)).toBe(false);
  });
});
