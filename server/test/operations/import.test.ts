import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createImportOperations } from '../../src/operations/import.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { StoreRoom } from '../support/store-room.ts';

const going = new AbortController().signal;

describe.each(engines)('imports on $name', ({ open }) => {
  let opened: OpenedStore;
  beforeAll(async () => {
    opened = await open();
  });
  afterAll(() => opened.dispose());

  test('that another process left half undone are taken up within a minute', async () => {
    const room = await StoreRoom.open(() => opened.store);
    const random = (count: number) => new Uint8Array(count);
    const context = { store: opened.store, now: () => room.now, random };
    const operations = createImportOperations(context, () => undefined);
    await operations.goOn(going);
    const begun = await room.begin('left');
    await room.addAll(begun, [
      { customerId: 'c', given: { source: 'imported' }, givenId: null, occurredTime: room.now },
    ]);
    await room.beginUndoing('left');
    await operations.goOn(going);
    expect(await room.sources('c')).toEqual(['imported']);
    room.now += 60_000;
    await operations.goOn(going);
    expect(await room.sources('c')).toEqual([]);
    expect(await room.import('left')).toMatchObject({ status: 'undone' });
  });
});
