import { expect, test } from 'vitest';
import type { Commit } from '../../../src/storage/store.ts';
import { failureOf } from '../../support/failures.ts';
import type { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

const start = Date.UTC(2026, 10, 23);
const length = 10_000;

/** Whether a holder gets the events of a room's organization, for as long as claims last here. */
async function claim({ store, organizationId }: StoreRoom, holder: string, now = start): Promise<boolean> {
  const { claimed } = await store.write('claimOutbox', { organizationId, holder, now, until: now + length });
  return claimed;
}

export function outboxClaimContract({ room, reopen, heardRoom }: ContractGround): void {
  test('an outbox is claimed by one at a time, and by others once the claim is over, not before', async () => {
    const ground = await room();
    expect(await claim(ground, 'one')).toBe(true);
    expect(await claim(ground, 'other')).toBe(false);
    expect(await claim(ground, 'other', start + length - 1)).toBe(false);
    expect(await claim(ground, 'other', start + length)).toBe(true);
    expect(await claim(ground, 'one', start + length)).toBe(false);
  });

  test('a holder may claim again, which makes the claim last longer', async () => {
    const ground = await room();
    await claim(ground, 'one');
    expect(await claim(ground, 'one', start + length / 2)).toBe(true);
    expect(await claim(ground, 'other', start + length)).toBe(false);
  });

  test('a claim that is given back is over at once; nobody gives back what another holds', async () => {
    const ground = await room();
    const { store, organizationId } = ground;
    await claim(ground, 'one');
    await store.write('releaseOutbox', { organizationId, holder: 'other' });
    expect(await claim(ground, 'other')).toBe(false);
    await store.write('releaseOutbox', { organizationId, holder: 'one' });
    expect(await claim(ground, 'other')).toBe(true);
  });

  test('the claim of one organization says nothing of another', async () => {
    const [ground, neighbour] = [await room(), await room()];
    await claim(ground, 'one');
    expect(await claim(neighbour, 'other')).toBe(true);
    const { store } = ground;
    const unknown = { organizationId: 'org_unknown', holder: 'one' };
    expect(await failureOf(store.write('releaseOutbox', unknown))).toBe('not-found');
    const times = { now: start, until: start + length };
    expect(await failureOf(store.write('claimOutbox', { ...unknown, ...times }))).toBe('not-found');
  });

  test('of many who claim at once one is given the claim', async () => {
    const ground = await room();
    const holders = Array.from({ length: 20 }, (_, place) => `holder ${place}`);
    const outcomes = await Promise.all(holders.map((holder) => claim(ground, holder)));
    expect(outcomes.filter((claimed) => claimed)).toHaveLength(1);
  });

  test('a claim is kept', async () => {
    const ground = await room();
    await claim(ground, 'one');
    await reopen();
    expect(await claim(ground, 'other')).toBe(false);
  });

  test('a commit tells whose outbox it filled, and no other', async () => {
    const [ground, neighbour, silent] = [await heardRoom(), await heardRoom(), await room()];
    const told: Commit[] = [];
    ground.store.onCommit((commit) => told.push(commit));
    const filled = () => new Set(told.flatMap(({ organizationIds }) => organizationIds));
    await claim(ground, 'one');
    await silent.put('c', { source: 'a' });
    expect(told).toHaveLength(2);
    expect(filled()).toEqual(new Set());
    await Promise.all([ground.put('c', { source: 'a' }), ground.put('d', { source: 'a' })]);
    await ground.put('c', { source: 'a' });
    expect(filled()).toEqual(new Set([ground.organizationId]));
    await Promise.all([ground.put('c', { source: 'b' }), neighbour.put('d', { source: 'a' })]);
    expect(filled()).toEqual(new Set([ground.organizationId, neighbour.organizationId]));
  });
}
