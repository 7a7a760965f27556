import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { completeLeadSource } from '../../../src/domain/lead-source.ts';
import type { Touch } from '../../../src/domain/touch.ts';
import type { Store } from '../../../src/storage/store.ts';
import { UnreadTouch } from '../../../src/storage/unread-touch.ts';
import { databaseDirectory } from '../../support/sqlite-files.ts';
import { StoreRoom } from '../../support/store-room.ts';

describe('touches that are imported for a customer who has some', () => {
  let files: Awaited<ReturnType<typeof databaseDirectory>>;
  let store: Store;
  let room: StoreRoom;

  beforeEach(async () => {
    files = await databaseDirectory();
    store = await files.open();
    room = await StoreRoom.open(() => store);
    await importAt(room.now - 3000, 'first');
    await importAt(room.now - 2000, 'second');
  });
  afterEach(async () => {
    await store[Symbol.asyncDispose]();
    await files[Symbol.asyncDispose]();
  });

  async function importAt(occurredTime: number, source: string): Promise<unknown> {
    const touch = { customerId: 'c', givenId: null, occurredTime, given: { source } };
    return room.addAll(await room.begin('i'), [touch]);
  }

  /** As no service would. */
  function change(text: string): void {
    using database = new DatabaseSync(files.path);
    expect(database.prepare(text).run().changes).toBe(1);
  }

  async function standing() {
    const leadSource = (await room.customer('c'))?.leadSource;
    return [leadSource?.original.leadSource.source, leadSource?.current.leadSource.source];
  }

  test('are added behind those before without a look at them', async () => {
    change(`delete from touches where occurred_time = ${room.now - 2000}`);
    await importAt(room.now - 1000, 'third');
    expect(await standing()).toEqual(['first', 'third']);
    // The negative: where it must be looked at, its absence shows.
    change(`delete from touches where occurred_time = ${room.now - 1000}`);
    await expect(importAt(room.now - 1500, 'fourth')).rejects.toThrow(/is missing/);
  });

  test.each([
    ['before them', 2500, ['first', 'second']],
    ['at the moment of the latest', 2000, ['first', 'third']],
    ['before all of them', 4000, ['third', 'second']],
  ])('are added %s with one', async (_where, ago, expected) => {
    await importAt(room.now - ago, 'third');
    expect(await standing()).toEqual(expected);
  });

  test.each([
    ['as it is', 'revision = revision'],
    ['as it was before it kept the latest moment', 'latest_occurred_time = null'],
  ])('are added to one that was put, whose row leaves moments to it, %s', async (_what, changed) => {
    await room.put('c', { source: 'put' });
    await room.remove('c');
    await room.put('c', { source: 'put' });
    change(`update customers set ${changed}`);
    const { createdTime } = (await room.customer('c'))?.leadSource ?? {};
    room.now += 10_000;
    await importAt(room.now - 5000, 'third');
    await importAt(room.now - 1000, 'fourth');
    const leadSource = { createdTime, updatedTime: room.now, latestOccurredTime: room.now - 1000 };
    expect((await room.customer('c'))?.leadSource).toMatchObject(leadSource);
    expect(await standing()).toEqual(['put', 'fourth']);
  });
});

test('a touch is read once, when more than its key is looked at', () => {
  const touch: Touch = {
    key: 7,
    occurredTime: 1,
    recordedTime: 2,
    origin: 'capture',
    actor: 'key_test',
    leadSource: completeLeadSource({ source: 'ad' }),
  };
  let readings = 0;
  const unread = new UnreadTouch(7, () => {
    readings += 1;
    return touch;
  });
  expect([unread.key, unread.isRead, readings]).toEqual([7, false, 0]);
  const { occurredTime, recordedTime, origin, actor, leadSource } = unread;
  expect({ key: unread.key, occurredTime, recordedTime, origin, actor, leadSource }).toEqual(touch);
  expect([unread.isRead, readings]).toEqual([true, 1]);
});

describe('touches that are removed of a long history', () => {
  let files: Awaited<ReturnType<typeof databaseDirectory>>;
  let store: Store;
  let room: StoreRoom;

  beforeEach(async () => {
    files = await databaseDirectory();
    store = await files.open();
    room = await StoreRoom.open(() => store);
  });
  afterEach(async () => {
    await store[Symbol.asyncDispose]();
    await files[Symbol.asyncDispose]();
  });

  /** Adds so many touches, a second apart, the oldest first. */
  async function arrive(touches: number): Promise<readonly number[]> {
    const keys: number[] = [];
    for (let place = 0; place < touches; place++) {
      const told = { occurredTime: room.now - (touches - place) * 1000, givenId: `given-${place}` };
      keys.push((await room.add('c', { source: `s${place}` }, told)).touch.key);
    }
    return keys;
  }

  async function standing() {
    const leadSource = (await room.customer('c'))?.leadSource;
    return [leadSource?.original.leadSource.source, leadSource?.current.leadSource.source];
  }

  test('are removed without a look at those between', async () => {
    const keys = await arrive(50);
    const change = (text: string) => {
      using database = new DatabaseSync(files.path);
      expect(database.prepare(text).run().changes).toBe(1);
    };
    // As no service would: what reads this touch fails.
    change(`update touches set tuple_id = 999999 where touch_key = ${keys[10]}`);
    await room.withdraw('removeTouches', 'c', keys.slice(0, 5));
    await room.withdraw('removeTouches', 'c', keys.slice(48));
    await room.undo('c', 'given-5');
    await room.undo('c', 'given-47');
    expect(await standing()).toEqual(['s6', 's46']);
    await expect(room.withdraw('removeTouches', 'c', keys.slice(10, 11))).rejects.toThrow();
  });
});
