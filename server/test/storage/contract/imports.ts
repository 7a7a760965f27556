import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Failure } from '../../../src/domain/failure.ts';
import type { Import } from '../../../src/domain/import.ts';
import { standingOf } from '../../../src/domain/touch.ts';
import type { ImportedTouch } from '../../../src/storage/store.ts';
import { countOf } from '../../support/counts.ts';
import { failureOf } from '../../support/failures.ts';
import { announceSeed } from '../../support/random.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const seed = announceSeed('imports');
const details = { clickId: 'click', path: '/a', referrer: 'https://x.example/' };

/** Adds touches of these sources to a customer by an import, an hour apart. */
async function importSources(
  ground: StoreRoom,
  importId: string,
  customerId: string,
  sources: readonly string[],
) {
  const { key: importKey } = await ground.begin(importId);
  for (const [place, source] of sources.entries()) {
    const occurredTime = ground.now - (sources.length - place) * 3_600_000;
    const told = { importKey, origin: 'import', announces: false, occurredTime } as const;
    await ground.add(customerId, { source, ...details }, told);
  }
}

async function keysOf(ground: StoreRoom, importId: string): Promise<readonly number[]> {
  const found = await ground.import(importId);
  return found === null ? [] : (await ground.imported(found)).map(({ touchKey }) => touchKey);
}

export function importContract(contract: ContractGround): void {
  lives(contract);
  togetherness(contract);
  withdrawals(contract);
  strippings(contract);
}

function lives({ room, reopen }: ContractGround): void {
  test('an import begun again goes on, and counts the touches that it adds', async () => {
    const ground = await room();
    await importSources(ground, 'i', 'c', ['a', 'b']);
    ground.actor = 'another';
    await importSources(ground, 'i', 'd', ['c']);
    await importSources(ground, 'beside', 'd', ['d']);
    await reopen();
    const begun = { id: 'i', kind: 'lead-sources', status: 'open', actor: 'key_test', undoing: null };
    expect(await ground.import('i')).toMatchObject({ ...begun, addedTouches: 3 });
    expect(await keysOf(ground, 'i')).toHaveLength(3);
    expect(await ground.import('beside')).toMatchObject({ actor: 'another', addedTouches: 1 });
    expect(await ground.import('other')).toBeNull();
  });

  test('a touch that is told again is not the second import', async () => {
    const ground = await room();
    for (const importId of ['first', 'second']) {
      const { key: importKey } = await ground.begin(importId);
      await ground.add('c', { source: 'a' }, { importKey, givenId: 'given' });
    }
    expect((await ground.import('first'))?.addedTouches).toBe(1);
    expect((await ground.import('second'))?.addedTouches).toBe(0);
    expect(await keysOf(ground, 'second')).toEqual([]);
  });

  test('a touch is known by its id while other imports than its own are undone', async () => {
    const ground = await room();
    const touch = { customerId: 'c', given: { source: 'a' }, givenId: 'given', occurredTime: ground.now };
    for (const importId of ['undone', 'kept', 'also undone']) {
      await importSources(ground, importId, 'd', ['b']);
      if (importId === 'kept') await ground.addAll(await ground.begin(importId), [touch]);
      else await ground.beginUndoing(importId);
    }
    const { given, givenId, customerId, occurredTime } = touch;
    expect(await ground.add(customerId, given, { givenId, occurredTime })).toMatchObject({ added: false });
    const again = await ground.addAll(await ground.begin('kept'), [touch]);
    expect([[...again.added], again.refusals.size]).toEqual([[0], 0]);
    expect(await ground.sources('c')).toEqual(['a']);
  });

  test('imports are listed, the newest first; those being undone also by themselves', async () => {
    const ground = await room();
    for (const importId of ['a', 'b', 'c']) await ground.begin(importId);
    await ground.beginUndoing('b', true);
    const { read } = ground.store;
    const listed = await read.imports(ground.organizationId, { limit: 2, offset: 0 });
    expect([listed.total, listed.items.map(({ id }) => id)]).toEqual([3, ['c', 'b']]);
    const toUndo = await read.importsToUndo(ground.organizationId);
    expect(await read.undoingOrganizations()).toContain(ground.organizationId);
    expect(toUndo).toMatchObject([
      { id: 'b', status: 'undoing', undoing: { actor: 'key_test', announces: true } },
    ]);
    const place = { organizationId: ground.organizationId, importId: 'b', now: ground.now + 5 };
    expect(await ground.store.write('endUndoing', place)).toMatchObject({ status: 'undone' });
    expect(await read.importsToUndo(ground.organizationId)).toEqual([]);
    expect(await read.undoingOrganizations()).not.toContain(ground.organizationId);
    expect(await ground.beginUndoing('b')).toMatchObject({ status: 'undone', updatedTime: ground.now + 5 });
  });

  test('nothing is added once its undoing began, whatever was under way', async () => {
    const ground = await room();
    const begun = await ground.begin('i');
    const add = (place: number) =>
      failureOf(ground.add(`c${place}`, { source: 'a' }, { importKey: begun.key }));
    const adding = Array.from({ length: 40 }, (_, place) => add(place));
    await ground.beginUndoing('i');
    const there = await ground.imported(begun);
    const outcomes = await Promise.all([...adding, add(40)]);
    expect(outcomes.filter((outcome) => outcome === null)).toHaveLength(there.length);
    expect(outcomes.at(-1)).toBe('conflict');
    expect(await ground.imported(begun)).toEqual(there);
    expect(await failureOf(ground.begin('i'))).toBe('conflict');
    expect(await failureOf(ground.beginUndoing('unknown'))).toBe('not-found');
  });

  test('what is told again while its undoing goes on is not said to be kept, and is added once it is gone', async () => {
    const ground = await room();
    const begun = await ground.begin('i');
    const told = { occurredTime: ground.now - 1000, origin: 'import', announces: false } as const;
    const add = (importKey?: number) =>
      ground.add(
        'c',
        { source: 'a' },
        { ...told, givenId: 'given', ...(importKey !== undefined && { importKey }) },
      );
    const addTogether = (into: Import) =>
      ground.addAll(into, [touchOf(ground, 'c', 'a', { givenId: 'given', occurredTime: told.occurredTime })]);
    await add(begun.key);
    expect((await add()).added).toBe(false);
    await ground.beginUndoing('i');
    const next = await ground.begin('next');
    expect(await failureOf(add())).toBe('conflict');
    expect(await failureOf(add(next.key))).toBe('conflict');
    expect([...(await addTogether(next)).refusals.values()]).toMatchObject([{ code: 'conflict' }]);
    await ground.withdraw('removeTouches', 'c', await keysOf(ground, 'i'));
    expect((await addTogether(next)).added[0]).toBe(1);
    expect((await add()).added).toBe(false);
  });

  test('what it added is found where a merge has put it, so much of it as is asked for', async () => {
    const ground = await room();
    await importSources(ground, 'i', 'c', ['a', 'b']);
    await ground.put('t', { source: 'put' });
    await ground.merge('c', 't');
    const found = await ground.import('i');
    const [first] = found === null ? [] : await ground.imported(found, 1);
    expect(first).toEqual({ customerId: 't', touchKey: expect.any(Number) });
    const count = ground.store.read.importedTouchCount(ground.organizationId, found?.key ?? 0);
    expect(await count).toBe(2);
  });
}

function togetherness({ room, reopen, heardRoom }: ContractGround): void {
  test('touches that come together are kept or refused each by itself', async () => {
    const ground = await heardRoom();
    for (const id of ['merged', 'target']) await ground.put(id, { source: id });
    await ground.merge('merged', 'target');
    await ground.add('known', { source: 'known' }, { givenId: 'known' });
    const begun = await ground.begin('i');
    const added = await ground.addAll(begun, [
      touchOf(ground, 'new', 'a', { givenId: 'one' }),
      touchOf(ground, 'new', 'b', { occurredTime: ground.now + 60_001 }),
      touchOf(ground, 'merged', 'c'),
      touchOf(ground, 'new', 'a', { givenId: 'one' }),
      touchOf(ground, 'other', 'a', { givenId: 'one' }),
      touchOf(ground, 'known', 'known', { givenId: 'known', occurredTime: null }),
    ]);
    expect([...added.added]).toEqual([1, 0, 1, 0, 0, 0]);
    expect(added.keys[3]).toBe(added.keys[0]);
    expect([...added.owners]).toEqual([[2, 'target']]);
    const reasons = Array.from(added.refusals, ([place, error]) => [place, (error as Failure).code]);
    expect(reasons).toEqual([
      [1, 'invalid'],
      [4, 'conflict'],
    ]);
    await reopen();
    expect(await ground.sources('new')).toEqual(['a']);
    expect(await ground.customer('other')).toBeNull();
    expect(await ground.sources('target')).toContain('c');
    expect((await ground.import('i'))?.addedTouches).toBe(2);
    expect((await ground.events()).slice(-3).map(({ customerId }) => customerId)).toEqual([
      'new',
      'new',
      'target',
    ]);
  });

  test('one of them that is known to be told again under its id is compared no more', async () => {
    const ground = await room();
    const { touch } = await ground.add('c', { source: 'a' }, { givenId: 'mine' });
    const again = { ...touchOf(ground, 'c', 'b'), givenId: 'mine' };
    const told = [again, { ...again, sameAs: touch.key }, touchOf(ground, 'c', 'new')];
    const { keys, added, refusals } = await ground.addAll(await ground.begin('i'), told);
    expect([...added]).toEqual([0, 0, 1]);
    expect(keys[1]).toBe(touch.key);
    expect([...refusals.keys()]).toEqual([0]);
    expect(await ground.sources('c')).toEqual(['new', 'a']);
  });

  test('a customer to whom one of many is added keeps all else that is known of it', async () => {
    const ground = await room();
    const facts = { websiteId: 'shop', customFields: { plan: 'gold' } };
    await ground.save('known', { facts });
    await ground.convert('known');
    const before = await ground.customer('known');
    ground.now += 5;
    const ids = Array.from({ length: 80 }, (_, place) => (place % 3 === 0 ? 'known' : `new${place % 7}`));
    const added = await ground.addAll(
      await ground.begin('i'),
      ids.map((id, place) => touchOf(ground, id, `source-${place}`, { givenId: `given-${place}` })),
    );
    expect([...added.added]).toEqual(ids.map(() => 1));
    await reopen();
    const after = await ground.customer('known');
    const { createdTime, conversionTimes } = before ?? {};
    expect(after).toMatchObject({ ...facts, createdTime, conversionTimes, updatedTime: ground.now });
    expect(await ground.sources('known')).toHaveLength(27);
    const rows = await Promise.all([...Array(7).keys()].map((place) => ground.sources(`new${place}`)));
    expect(rows.flat()).toHaveLength(53);
    expect((await ground.import('i'))?.addedTouches).toBe(80);
  });

  test('none of them is kept once the undoing of their import began', async () => {
    const ground = await room();
    const begun = await ground.begin('i');
    await ground.beginUndoing('i');
    const added = await ground.addAll(begun, [touchOf(ground, 'c', 'a'), touchOf(ground, 'd', 'b')]);
    expect(Array.from(added.refusals.values(), (error) => (error as Failure).code)).toEqual([
      'conflict',
      'conflict',
    ]);
    expect(await ground.customer('c')).toBeNull();
  });

  test('together they leave what they would leave one after the other', async () => {
    const touch = fc.record({
      customerId: fc.constantFrom('a', 'b', 'merged', 'target'),
      givenId: fc.option(fc.constantFrom('x', 'y', 'z')),
      given: fc.record({ source: fc.constantFrom('ad', 'search') }),
      minutes: fc.integer({ min: -3, max: 3 }),
    });
    const arrivals = fc.asyncProperty(
      fc.array(touch, { maxLength: 12 }),
      fc.integer({ min: 0, max: 12 }),
      async (told, cut) => {
        const [one, other] = [await room(), await room()];
        const touches = told.map(({ minutes, ...rest }) => ({
          ...rest,
          occurredTime: one.now + minutes * 60_000,
        }));
        for (const ground of [one, other]) {
          for (const id of ['merged', 'target']) await ground.put(id, { source: id });
          await ground.merge('merged', 'target');
        }
        const [begun, parted] = [await one.begin('i'), await other.begin('i')];
        await one.addAll(begun, touches);
        for (const part of [touches.slice(0, cut), ...touches.slice(cut).map((each) => [each])]) {
          await other.addAll(parted, part);
        }
        for (const id of ['a', 'b', 'target']) {
          expect(await shown(one, id)).toEqual(await shown(other, id));
          expect(await isAsItsTouchesSay(one, id)).toBe(true);
          expect(await isAsItsTouchesSay(other, id)).toBe(true);
        }
      },
    );
    await fc.assert(arrivals, { seed, numRuns: countOf(20) });
  });
}

/** A customer and its touches, apart from keys. */
async function shown(ground: StoreRoom, id: string) {
  const customer = await ground.customer(id);
  const touches = await ground.touches(id);
  const told = touches?.map(({ touch: { key: _key, ...touch }, ...placed }) => ({ ...placed, touch }));
  return { revision: customer?.revision, lead: customer?.leadSourceRevision, told };
}

async function isAsItsTouchesSay(ground: StoreRoom, id: string): Promise<boolean> {
  const leadSource = (await ground.customer(id))?.leadSource ?? null;
  const standing = standingOf((await ground.touches(id))?.map(({ touch }) => touch) ?? []);
  return (
    leadSource?.original.key === standing?.original.key &&
    leadSource?.current.key === standing?.current.key &&
    leadSource?.latestOccurredTime === standing?.latestOccurredTime
  );
}

function touchOf(
  ground: StoreRoom,
  customerId: string,
  source: string,
  more: Partial<ImportedTouch> = {},
): ImportedTouch {
  return { customerId, givenId: null, occurredTime: ground.now - 1000, given: { source }, ...more };
}

function withdrawals({ room, reopen, heardRoom }: ContractGround): void {
  test('touches that go leave the rest as if they had never been told', async () => {
    const ground = await room();
    await ground.put('c', { source: 'put' });
    await importSources(ground, 'i', 'c', ['a', 'b']);
    const before = await ground.customer('c');
    expect(before?.leadSource?.original.leadSource.source).toBe('a');
    ground.now += 7;
    const keys = await keysOf(ground, 'i');
    expect(await ground.withdraw('removeTouches', 'c', [...keys, 999_999])).toEqual({ touches: 2 });
    expect(await ground.withdraw('removeTouches', 'c', keys)).toEqual({ touches: 0 });
    await reopen();
    expect(await ground.sources('c')).toEqual(['put']);
    const after = await ground.customer('c');
    expect(after?.leadSource).toMatchObject({
      original: { leadSource: { source: 'put' } },
      updatedTime: ground.now,
    });
    expect(after?.leadSourceRevision).toBeGreaterThan(before?.leadSourceRevision ?? 0);
  });

  test('the last left that says where it came from is the most recent, however many direct ones were captured since', async () => {
    const ground = await room();
    const keys: number[] = [];
    for (let place = 0; place < 5; place++) {
      const told = { occurredTime: ground.now - (5 - place) * 1000 };
      keys.push((await ground.add('c', { source: `s${place}` }, told)).touch.key);
    }
    await ground.link('c', 'visitor-0001', ground.now - 60_000);
    for (let place = 0; place < 40; place++) {
      await ground.capture('visitor-0001', { path: `/${place}` }, { occurredTime: ground.now - 900 + place });
    }
    const standing = async () => {
      const leadSource = (await ground.customer('c'))?.leadSource;
      return [leadSource?.original, leadSource?.current].map((touch) => touch?.leadSource.source);
    };
    expect(await standing()).toEqual(['s0', 's4']);
    await ground.withdraw('removeTouches', 'c', keys.slice(4));
    expect(await standing()).toEqual(['s0', 's3']);
    await ground.withdraw('removeTouches', 'c', keys);
    expect(await standing()).toEqual([null, null]);
  });

  test('the timeline has it, whether others are told or not', async () => {
    const ground = await heardRoom();
    await importSources(ground, 'i', 'quiet', ['a']);
    await importSources(ground, 'j', 'told', ['a']);
    const told = async (importId: string, customerId: string, announces: boolean) =>
      ground.withdraw('removeTouches', customerId, await keysOf(ground, importId), { announces });
    await told('i', 'quiet', false);
    await told('j', 'told', true);
    const events = (await ground.events()).map(({ customerId, cause }) => [customerId, cause]);
    expect(events).toEqual([['told', 'undo']]);
    for (const customerId of ['quiet', 'told']) {
      const entries = (await ground.timeline(customerId))?.items.map(({ cause }) => cause);
      expect(entries).toEqual(['undo', null]);
      expect((await ground.customer(customerId))?.leadSource).toBeNull();
    }
  });

  test("touches of many customers go together, of others and of nobody's nothing", async () => {
    const ground = await room();
    const ids = Array.from({ length: 30 }, (_, place) => `c${place}`);
    for (const id of ids) await importSources(ground, 'i', id, ['a', 'b']);
    const keys = await keysOf(ground, 'i');
    const removed = await Promise.all(
      [...ids, 'nobody'].map((id) => ground.withdraw('removeTouches', id, keys)),
    );
    expect(removed.map(({ touches }) => touches)).toEqual([...ids.map(() => 2), 0]);
    expect(await keysOf(ground, 'i')).toEqual([]);
    expect(await ground.customer('nobody')).toBeNull();
  });

  test('an answer to a request that is to be done once goes with what it told', async () => {
    const ground = await room();
    const once = { route: 'POST /x', key: 'k', contentDigest: 'd' };
    const { touch } = await ground.add('c', { source: 'a' }, { once });
    await ground.withdraw('removeTouches', 'c', [touch.key]);
    expect(await failureOf(ground.add('c', { source: 'a' }, { once }))).toBe('conflict');
  });
}

function strippings({ room, reopen, heardRoom }: ContractGround): void {
  test('a touch that is stripped keeps its campaign, and the customer its history', async () => {
    const ground = await heardRoom();
    const { touch } = await ground.add('c', { source: 'a', ...details }, { occurredTime: ground.now - 10 });
    await ground.put('c', { source: 'b', ...details });
    const before = await ground.customer('c');
    ground.now += 5;
    const strip = () =>
      ground.withdraw('stripTouches', 'c', [touch.key], { cause: 'expire', announces: true });
    expect(await strip()).toEqual({ touches: 1 });
    expect(await strip()).toEqual({ touches: 0 });
    await reopen();
    const bare = { clickId: null, path: null, referrer: null };
    expect((await ground.touches('c'))?.map((each) => each.touch.leadSource)).toMatchObject([
      { source: 'a', ...bare },
      { source: 'b', ...details },
    ]);
    const after = await ground.customer('c');
    expect(after?.leadSource?.original.leadSource).toMatchObject({ source: 'a', ...bare });
    expect(after?.leadSource?.updatedTime).toBe(ground.now);
    expect(after?.leadSourceRevision).toBe((before?.leadSourceRevision ?? 0) + 1);
    expect((await ground.events()).at(-1)).toMatchObject({ cause: 'expire' });
  });

  test('one between the ends is stripped without a change to be seen in the lead source', async () => {
    const ground = await room();
    const added = [];
    for (const ago of [3, 2, 1]) {
      added.push(await ground.add('c', { source: 'a', ...details }, { occurredTime: ground.now - ago }));
    }
    const before = await ground.customer('c');
    await ground.withdraw('stripTouches', 'c', [added[1]?.touch.key ?? 0], { announces: true });
    const after = await ground.customer('c');
    expect(after?.leadSource).toEqual(before?.leadSource);
    expect(after?.revision).toBe((before?.revision ?? 0) + 1);
  });

  test('a captured touch of which only the click id is known does not turn direct', async () => {
    const ground = await room();
    const captured = { origin: 'capture' } as const;
    const direct = await ground.add('c', {}, { ...captured, occurredTime: ground.now - 2 });
    const clicked = await ground.add('c', { clickId: 'x' }, { ...captured, occurredTime: ground.now - 1 });
    await ground.withdraw('stripTouches', 'c', [direct.touch.key, clicked.touch.key]);
    const customer = await ground.customer('c');
    expect(customer?.leadSource?.current).toMatchObject({
      key: clicked.touch.key,
      leadSource: { clickId: 'redacted' },
    });
  });
}
