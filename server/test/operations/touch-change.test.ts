import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { completeLeadSource } from '../../src/domain/lead-source.ts';
import type { OperationContext } from '../../src/operations/context.ts';
import { addTouch, addTouches } from '../../src/operations/touch-change.ts';
import type { Reads, WriteInput } from '../../src/storage/store.ts';
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

test('touches that settings left less of are told again, each with an outcome in its place', async () => {
  const now = Date.UTC(2026, 10, 23);
  const occurredTime = now - 60_000;
  const left = { occurredTime, recordedTime: now, leadSource: completeLeadSource({ path: '/p' }) };
  const settingVersions = async (_organizationId: string, setting: string) =>
    setting === 'landing-settings'
      ? [{ content: { urlPolicy: { query: 'strip', appliesToApi: true } } }]
      : [];
  const touchesByGivenId = async (_organizationId: string, ids: readonly string[]) =>
    ids.map((givenId, place) => ({ givenId, touch: { ...left, key: 20 + place } }));
  const conflict = new Failure('conflict', 'Another lead source has this id.');
  const again = new Failure('conflict', 'It has another one now.');
  const first = {
    keys: Float64Array.of(11, 0, 0, 0),
    added: Uint8Array.of(1, 0, 0, 0),
    owners: new Map([[0, 'merged']]),
    refusals: new Map([1, 2, 3].map((place) => [place, conflict])),
  };
  // The last was undone between the two writes.
  const second = {
    keys: Float64Array.of(20, 0, 32),
    added: Uint8Array.of(0, 0, 1),
    owners: new Map([[0, 'target']]),
    refusals: new Map([[1, again]]),
  };
  const write = vi.fn(async (_kind: string, _input: WriteInput<'addTouches'>) => second);
  write.mockResolvedValueOnce(first as never);
  const context = { store: { read: { settingVersions, touchesByGivenId }, write }, now: () => now };
  const facts = ['a', 'b', 'c', 'd'].map((query) => ({ path: `/p?${query}` }));
  const touches = facts.map((given, place) => ({
    customerId: 'c',
    givenId: `id${place}`,
    given,
    occurredTime,
  }));
  const input = { organizationId: 'org_a', touches } as unknown as WriteInput<'addTouches'>;
  expect(await addTouches(context as unknown as OperationContext, input, facts)).toEqual({
    keys: Float64Array.of(11, 20, 0, 32),
    added: Uint8Array.of(1, 0, 0, 1),
    owners: new Map([
      [0, 'merged'],
      [1, 'target'],
    ]),
    refusals: new Map([[2, again]]),
  });
  expect(write.mock.calls[1]?.[1].touches).toMatchObject([
    { givenId: 'id1', sameAs: 20 },
    { givenId: 'id2', sameAs: 21 },
    { givenId: 'id3', sameAs: 22 },
  ]);
});
