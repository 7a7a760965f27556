import { expect, test } from 'vitest';
import { touchId } from '../../../src/domain/touch.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

/** What each entry says, the newest first. */
async function saidOf(ground: StoreRoom, customerId: string): Promise<readonly string[]> {
  return ((await ground.timeline(customerId))?.items ?? []).map(({ type, cause, touch, mergedCustomerId }) =>
    [type, cause, touch?.leadSource.source, mergedCustomerId].filter(Boolean).join(' '),
  );
}

export function timelineContract({ room, reopen }: ContractGround): void {
  test('a timeline tells of the creation and of each lead source, the newest first', async () => {
    const ground = await room();
    const createdTime = ground.now;
    await ground.put('c', { source: 'a' });
    ground.now += 1;
    ground.actor = 'key_b';
    await ground.add('c', { source: 'earlier' }, { occurredTime: ground.now - 5000 });
    expect(await ground.timeline('c')).toEqual({
      total: 3,
      items: [
        {
          id: expect.stringMatching(/^tml_2/),
          type: 'lead-source-changed',
          cause: null,
          occurredTime: ground.now,
          actor: 'key_b',
          mergedCustomerId: null,
          touch: (await ground.touches('c'))?.[0]?.touch,
        },
        expect.objectContaining({ actor: 'key_test', touch: (await ground.touches('c'))?.[1]?.touch }),
        {
          id: expect.stringMatching(/^tml_0/),
          type: 'customer-created',
          cause: null,
          occurredTime: createdTime,
          actor: null,
          mergedCustomerId: null,
          touch: null,
        },
      ],
    });
  });

  test('deletions take the values along and stay as entries, also by somebody who is new', async () => {
    const ground = await room();
    await ground.put('c', { source: 'a' });
    ground.now += 1;
    ground.actor = 'somebody new';
    await ground.remove('c');
    ground.now += 1;
    await ground.put('c', { source: 'b' });
    ground.now += 1;
    const [undone] = (await ground.touches('c')) ?? [];
    ground.actor = 'another';
    await ground.undo('c', undone === undefined ? '' : touchId(undone));
    await reopen();
    expect(await saidOf(ground, 'c')).toEqual([
      'lead-source-changed undo',
      'lead-source-changed delete',
      'customer-created',
    ]);
    const actors = (await ground.timeline('c'))?.items.map(({ actor }) => actor);
    expect(actors).toEqual(['another', 'somebody new', null]);
  });

  test('touches that go leave an entry, also where the lead source looks as before and nobody is told', async () => {
    const ground = await room();
    for (const source of ['first', 'undone', 'of an import', 'old', 'older', 'last']) {
      await ground.put('c', { source });
      ground.now += 1;
    }
    const [, undone, imported, old, older] = (await ground.touches('c')) ?? [];
    await ground.undo('c', undone === undefined ? '' : touchId(undone));
    ground.now += 1;
    await ground.withdraw('removeTouches', 'c', [imported?.touch.key ?? 0]);
    ground.now += 1;
    const tooOld = [old, older].map((listed) => listed?.touch.key ?? 0);
    await ground.withdraw('removeTouches', 'c', tooOld, { cause: 'expire' });
    await ground.withdraw('removeTouches', 'c', tooOld, { cause: 'expire' });
    expect(await saidOf(ground, 'c')).toEqual([
      'lead-source-changed expire',
      'lead-source-changed undo',
      'lead-source-changed undo',
      'lead-source-changed last',
      'lead-source-changed first',
      'customer-created',
    ]);
  });

  test('a merge unites timelines, also in chains and of writes asked for at once', async () => {
    const ground = await room();
    await ground.put('a', { source: 'of a' });
    ground.now += 1;
    await ground.put('b', { source: 'of b' });
    await ground.remove('b');
    ground.now += 1;
    await ground.put('c', { source: 'of c' });
    ground.now += 1;
    await Promise.all([ground.merge('a', 'b'), ground.merge('b', 'c')]);
    expect(await saidOf(ground, 'c')).toEqual([
      'customer-merged b',
      'customer-merged a',
      'lead-source-changed of c',
      'customer-created',
      'customer-created b',
      'lead-source-changed delete',
      'lead-source-changed of a',
      'customer-created a',
    ]);
    const { total } = (await ground.timeline('c')) ?? {};
    expect(total).toBe(8);
    expect(new Set((await ground.timeline('c'))?.items.map(({ id }) => id)).size).toBe(8);
    expect(await ground.timeline('b')).toBeNull();
  });

  test('touches that change hands by a link leave an entry with both customers', async () => {
    const ground = await room();
    await ground.capture('visitor_1', { source: 'seen' });
    ground.now += 1;
    await ground.link('a', 'visitor_1');
    ground.now += 1;
    await ground.put('b', { source: 'put' });
    ground.now += 1;
    await ground.link('b', 'visitor_1', ground.now - 10);
    ground.now += 1;
    await ground.link('b', 'visitor_1');
    expect(await saidOf(ground, 'a')).toEqual([
      'lead-source-changed link',
      'lead-source-changed link',
      'customer-created',
    ]);
    expect(await saidOf(ground, 'b')).toEqual([
      'lead-source-changed link',
      'lead-source-changed put',
      'customer-created',
      'lead-source-changed seen',
    ]);
  });

  test('pages neither overlap nor leave anything out, and end', async () => {
    const ground = await room();
    for (const source of ['a', 'b', 'c', 'd']) await ground.put('c', { source });
    const whole = (await ground.timeline('c'))?.items ?? [];
    const pages = await Promise.all([0, 2, 4, 6].map((offset) => ground.timeline('c', { limit: 2, offset })));
    expect(pages.flatMap((page) => page?.items)).toEqual(whole);
    expect(pages.map((page) => page?.total)).toEqual([5, 5, 5, 5]);
    expect((await ground.timeline('c', { limit: 0, offset: 0 }))?.items).toEqual([]);
  });

  test('of a customer that only is there it tells of its creation, of nobody it is null', async () => {
    const ground = await room();
    await ground.save('bare');
    expect(await saidOf(ground, 'bare')).toEqual(['customer-created']);
    expect(await ground.timeline('nobody')).toBeNull();
  });
}
