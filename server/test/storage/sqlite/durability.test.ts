import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { Connection } from '../../../src/storage/sqlite/connection.ts';
import { failureOf } from '../../support/failures.ts';
import { databaseDirectory } from '../../support/sqlite-files.ts';
import { StoreRoom } from '../../support/store-room.ts';

const maximumWaiting = 10_000;

describe('a connection that writes', () => {
  test.each([
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['secure_delete', 1],
    ['foreign_keys', 1],
  ])('has %s at %s', async (name, value) => {
    await using files = await databaseDirectory();
    using connection = new Connection({ path: files.path, readOnly: false });
    expect(connection.pragma(name)).toBe(value);
  });

  test('is refused where the file cannot have what it asks for', () => {
    // A database in memory has no write-ahead log.
    expect(() => new Connection({ path: ':memory:', readOnly: false })).toThrow(
      'PRAGMA journal_mode reads back memory instead of wal.',
    );
  });

  test('leaves nothing of what was deleted in the file', async () => {
    await using files = await databaseDirectory();
    const store = await files.open();
    const room = await StoreRoom.open(() => store);
    const secret = 'a-click-id-that-must-be-forgotten';
    await room.put('c', { clickId: secret, path: secret });
    await room.remove('c');
    await store[Symbol.asyncDispose]();
    expect((await readFile(files.path)).includes(secret)).toBe(false);
  });
});

describe('group commit on the file', () => {
  test('writes at once share commits, and every one is answered and kept', async () => {
    await using files = await databaseDirectory();
    await using store = await files.open();
    const room = await StoreRoom.open(() => store);
    const before = store.statistics();
    await Promise.all(Array.from({ length: 300 }, (_, place) => room.put(`c${place}`, { source: 'a' })));
    const after = store.statistics();
    expect(after.committedWrites - before.committedWrites).toBe(300);
    expect(after.commits - before.commits).toBeLessThan(10);
    expect((await room.customers({ limit: 0 })).total).toBe(300);
  });

  test('writes that fail are not counted as committed', async () => {
    await using files = await databaseDirectory();
    await using store = await files.open();
    const room = await StoreRoom.open(() => store);
    const before = store.statistics().committedWrites;
    await Promise.all([room.put('c', {}), failureOf(room.remove('nobody')), failureOf(room.merge('a', 'b'))]);
    expect(store.statistics().committedWrites - before).toBe(1);
  });

  test('writes one after the other are a commit each', async () => {
    await using files = await databaseDirectory();
    await using store = await files.open();
    const room = await StoreRoom.open(() => store);
    const before = store.statistics().commits;
    for (const source of ['a', 'b', 'c']) await room.put('c', { source });
    expect(store.statistics().commits - before).toBe(3);
  });

  test('more writes than may wait are refused as unavailable, and those accepted are kept', async () => {
    await using files = await databaseDirectory();
    await using store = await files.open();
    const room = await StoreRoom.open(() => store);
    // Some are on their way at once and do not wait.
    const excess = 500;
    const writes = Array.from({ length: maximumWaiting + excess }, (_, place) =>
      failureOf(room.save(`c${place}`)),
    );
    expect(store.statistics().waitingWrites).toBe(maximumWaiting);
    const outcomes = await Promise.all(writes);
    const accepted = outcomes.indexOf('unavailable');
    expect(accepted).toBeGreaterThanOrEqual(maximumWaiting);
    expect(new Set(outcomes.slice(0, accepted))).toEqual(new Set([null]));
    expect(new Set(outcomes.slice(accepted))).toEqual(new Set(['unavailable']));
    expect((await room.customers({ limit: 0 })).total).toBe(accepted);
  });
});

describe('a write that hits an unexpected error', () => {
  /** The tables take whole numbers only, which no caller breaks: it stands for any fault of ours. */
  const halfMillisecond = 0.5;

  test('fails alone, and leaves nothing behind', async () => {
    await using files = await databaseDirectory();
    await using store = await files.open();
    const room = await StoreRoom.openHeard(() => store);
    await room.put('before', { source: 'before' });
    const { now } = room;
    const before = store.statistics().commits;
    const good = Array.from({ length: 5 }, (_, place) =>
      room.put(`good${place}`, { source: `new ${place}` }),
    );
    room.now = now + halfMillisecond;
    const bad = room.put('bad', { source: 'bad' });
    room.now = now;
    const late = Array.from({ length: 5 }, (_, place) =>
      room.put(`late${place}`, { source: `new ${place}` }),
    );
    await expect(bad).rejects.toThrow('The storage failed');
    await Promise.all([...good, ...late]);
    // They were one batch, which was taken apart.
    expect(store.statistics().commits - before).toBe(good.length + late.length);
    expect(await room.customer('bad')).toBeNull();
    for (const name of ['good', 'late']) {
      for (let place = 0; place < 5; place++)
        expect(await room.sources(`${name}${place}`)).toEqual([`new ${place}`]);
    }
    const keys = (await room.keptEvents()).map(({ key }) => key);
    expect(new Set(keys).size).toBe(22);
    await room.put('after', { source: 'bad' });
    expect(await room.sources('after')).toEqual(['bad']);
  });

  test('fails alone among touches that come together, too', async () => {
    await using files = await databaseDirectory();
    await using store = await files.open();
    const room = await StoreRoom.open(() => store);
    const times = [room.now - 3, room.now - 2 + halfMillisecond, room.now - 1, room.now + 90_000];
    for (const id of ['merged', 'target']) await room.save(id);
    await room.merge('merged', 'target');
    const touches = times.map((occurredTime, place) => {
      const customerId = place === 2 ? 'merged' : `c${place}`;
      return { customerId, givenId: null, given: { source: 'a' }, occurredTime };
    });
    const { added, owners, refusals } = await room.addAll(await room.begin('i'), touches);
    expect([...added]).toEqual([1, 0, 1, 0]);
    expect([...owners]).toEqual([[2, 'target']]);
    expect(String(refusals.get(1))).toContain('The storage failed');
    expect(refusals.get(3)).toMatchObject({ code: 'invalid' });
    expect((await room.import('i'))?.addedTouches).toBe(2);
    expect((await room.customers({ limit: 0 })).total).toBe(2);
    expect(store.statistics().commits).toBeGreaterThan(2);
  });
});
