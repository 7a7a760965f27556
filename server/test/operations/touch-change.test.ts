import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OperationContext } from '../../src/operations/context.ts';
import { addTouch } from '../../src/operations/touch-change.ts';
import type { Reads } from '../../src/storage/store.ts';
import { engines } from '../storage/engines.ts';
import { failureOf } from '../support/failures.ts';
import { type Facts, StoreRoom } from '../support/store-room.ts';

describe.each(engines)('a touch sent again that differs from the kept one, on $name', ({ open }) => {
  let opened: Awaited<ReturnType<typeof open>>;
  let room: StoreRoom;
  beforeAll(async () => {
    opened = await open();
    room = await StoreRoom.open(() => opened.store);
    await room.add('c', { source: 'a', path: '/' }, { givenId: 'mine' });
  });
  afterAll(() => opened.dispose());

  /** The reads that telling the touch again takes until it is refused. */
  async function readsFor(given: Facts): Promise<readonly (string | symbol)[]> {
    const asked: (string | symbol)[] = [];
    const read = new Proxy<Reads>(room.store.read, {
      get: (reads, kind) => {
        asked.push(kind);
        return reads[kind as keyof Reads];
      },
    });
    const write: OperationContext['store']['write'] = (kind, input) => room.store.write(kind, input);
    const context = { store: { read, write }, now: () => room.now } as unknown as OperationContext;
    const { organizationId, actor, now } = room;
    const told = { givenId: 'mine', occurredTime: null, origin: 'api', announces: true } as const;
    const touch = { organizationId, customerId: 'c', actor, now, given, ...told };
    expect(await failureOf(addTouch(context, touch, given))).toBe('conflict');
    return asked;
  }

  test.each([
    ['in its campaign, of which it is told alone, takes no read', { source: 'b' }, []],
    ['in its campaign takes a read of that touch', { source: 'b', path: '/b' }, ['touchesByGivenId']],
    [
      'in details takes one of all settings, too',
      { source: 'a', path: '/b' },
      ['touchesByGivenId', 'settingVersions', 'settingVersions'],
    ],
  ])('%s', async (_words, given, reads) => {
    expect(await readsFor(given)).toEqual(reads);
  });
});
