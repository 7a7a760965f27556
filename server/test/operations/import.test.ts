import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { OperationContext } from '../../src/operations/context.ts';
import { createImportOperations } from '../../src/operations/import.ts';
import { engines, type OpenedStore } from '../storage/engines.ts';
import { principalOf } from '../support/principals.ts';
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

  test('that another process left half undone are taken up by one whose clock was set back, too', async () => {
    const room = await StoreRoom.open(() => opened.store);
    const random = (count: number) => new Uint8Array(count);
    const context = { store: opened.store, now: () => room.now, random };
    const operations = createImportOperations(context, () => undefined);
    await operations.goOn(going);
    room.now -= 86_400_000;
    await room.begin('left');
    await room.beginUndoing('left');
    await operations.goOn(going);
    expect(await room.import('left')).toMatchObject({ status: 'undone' });
  });

  test('whose undoing fails are gone on with the next time', async () => {
    const room = await StoreRoom.open(() => opened.store);
    const touch = { given: { source: 'imported' }, givenId: null, occurredTime: room.now };
    await room.addAll(await room.begin('failing'), [{ customerId: 'c', ...touch }]);
    const { store } = opened;
    const write = vi.fn(store.write.bind(store));
    const context = { store: { read: store.read, write }, now: () => room.now };
    const operations = createImportOperations(context as unknown as OperationContext, () => undefined);
    await operations.undo(principalOf(room), 'failing', true);
    write.mockRejectedValueOnce(new Error('The disk is full.'));
    await expect(operations.goOn(going)).rejects.toThrow('The disk is full.');
    expect(await room.import('failing')).toMatchObject({ status: 'undoing' });
    await operations.goOn(going);
    expect(await room.import('failing')).toMatchObject({ status: 'undone' });
    expect(await room.sources('c')).toEqual([]);
    const { actor } = principalOf(room);
    const asUndone = expect.objectContaining({ cause: 'undo', announces: true, actor });
    expect(write).toHaveBeenCalledWith('removeTouches', asUndone);
  });

  test('that are to be undone while another is being undone are taken up next', async () => {
    const room = await StoreRoom.open(() => opened.store);
    for (const id of ['first', 'second']) await room.begin(id);
    const { store } = opened;
    let lists = 0;
    const importsToUndo = async (organizationId: string) => {
      const list = await store.read.importsToUndo(organizationId);
      lists += 1;
      if (lists === 1) await operations.undo(principalOf(room), 'second', false);
      return list;
    };
    const context = {
      store: { read: { ...store.read, importsToUndo }, write: store.write.bind(store) },
      now: () => room.now,
      random: (count: number) => new Uint8Array(count),
    };
    const operations = createImportOperations(context as unknown as OperationContext, () => undefined);
    await operations.undo(principalOf(room), 'first', false);
    for (let time = 0; time < 2; time++) await operations.goOn(going);
    for (const id of ['first', 'second']) expect(await room.import(id)).toMatchObject({ status: 'undone' });
  });
});

test('an undoing that is told to end does so behind what it has begun', async () => {
  const ending = new AbortController();
  const begun = { id: 'long', key: 1, status: 'undoing', undoing: { actor: 'key_a', announces: false } };
  const importedTouches = vi.fn(async () => [
    { customerId: 'c', touchKey: importedTouches.mock.calls.length },
  ]);
  const read = {
    undoingOrganizations: async () => ['org_a'],
    importsToUndo: async () => [begun],
    importedTouches,
  };
  const write = vi.fn(async (_kind: string) => {
    if (write.mock.calls.length === 2) ending.abort();
    if (write.mock.calls.length > 9) throw new Error('It goes on.');
  });
  const context = { store: { read, write }, now: () => 0 };
  const operations = createImportOperations(context as unknown as OperationContext, () => undefined);
  await operations.goOn(ending.signal);
  expect(write.mock.calls.map(([kind]) => kind)).toEqual(['removeTouches', 'removeTouches']);
});
