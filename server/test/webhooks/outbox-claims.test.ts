import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import type { Store } from '../../src/storage/store.ts';
import { OutboxClaims } from '../../src/webhooks/outbox-claims.ts';
import { engines } from '../storage/engines.ts';
import { failureOf } from '../support/failures.ts';
import { StoreRoom } from '../support/store-room.ts';

const [second, hour] = [1000, 3_600_000];

test.each(engines)(
  'a process whose clock is set back does not go on with what another has taken over, on $name',
  async ({ open }) => {
    const opened = await open();
    try {
      const room = await StoreRoom.open(() => opened.store);
      let setBack = 0;
      const claimsOf = (holder: string, now: () => number) =>
        new OutboxClaims({ store: opened.store, now, holder });
      const one = claimsOf('one', () => room.now - setBack);
      const other = claimsOf('other', () => room.now);
      const held = async () => [await one.hold(room.organizationId), await other.hold(room.organizationId)];
      expect(await held()).toEqual([true, false]);
      room.now += 11 * second;
      setBack = hour;
      expect(await other.hold(room.organizationId)).toBe(true);
      expect(await held()).toEqual([false, true]);
    } finally {
      await opened.dispose();
    }
  },
);

/** Claims on a store that notes what is asked of it, and takes a while to answer. */
function watchedClaims(sharedTime: (() => Promise<number>) | null = null) {
  const seen = { asked: [] as string[], answered: 0, isOthers: false, toFail: 0 };
  const clock = { now: 100 * second };
  const write = async (kind: string) => {
    seen.asked.push(kind);
    await turn();
    if (seen.toFail-- > 0) throw new Failure('unavailable', 'It is away.');
    seen.answered += 1;
    return { claimed: !seen.isOthers };
  };
  const store = { write: write as Store['write'] };
  return {
    seen,
    clock,
    claims: new OutboxClaims({ store, now: () => clock.now, sharedTime, holder: 'one' }),
  };
}

test('those who ask together for a claim share one answer, and who asks later for what is over another', async () => {
  const { seen, clock, claims } = watchedClaims();
  expect(await Promise.all([claims.hold('org_a'), claims.hold('org_a')])).toEqual([true, true]);
  expect(seen.asked).toEqual(['claimOutbox']);
  clock.now += 5 * second;
  seen.isOthers = true;
  expect(await claims.hold('org_a')).toBe(false);
  expect(seen.asked).toEqual(['claimOutbox', 'claimOutbox']);
  // What another process has is not held again because the clock is set back a little.
  clock.now -= second;
  expect(await claims.hold('org_a')).toBe(false);
});

test('how long a claim is held goes by the clock of the process, however far that is from the one they share', async () => {
  for (const ahead of [-hour, hour]) {
    const { seen, claims } = watchedClaims(async () => 100 * second + ahead);
    for (let time = 0; time < 2; time++) expect(await claims.hold('org_a')).toBe(true);
    expect(seen.asked).toEqual(['claimOutbox']);
    await claims.releaseAll();
    expect(seen.asked).toEqual(['claimOutbox', 'releaseOutbox']);
  }
});

test('a claim counts from when it was asked for, however long the answer takes', async () => {
  const { seen, clock, claims } = watchedClaims();
  const answer = claims.hold('org_a');
  clock.now += 5 * second;
  expect(await answer).toBe(true);
  expect(await claims.hold('org_a')).toBe(true);
  expect(seen.asked).toEqual(['claimOutbox', 'claimOutbox']);
});

test('once all claims are released, which takes until the store knows, each is asked for anew', async () => {
  const { seen, clock, claims } = watchedClaims();
  await claims.hold('over');
  clock.now += 10 * second;
  await claims.hold('org_a');
  await claims.releaseAll();
  expect(seen).toMatchObject({ asked: ['claimOutbox', 'claimOutbox', 'releaseOutbox'], answered: 3 });
  await claims.hold('org_a');
  expect(seen.asked.at(-1)).toBe('claimOutbox');
});

test('each claim is released, also where another could not be, and then who asked is told', async () => {
  const { seen, claims } = watchedClaims();
  const all = Array.from({ length: 20 }, (_, place) => `org_${place}`);
  for (const organizationId of all) await claims.hold(organizationId);
  seen.toFail = 1;
  expect(await failureOf(claims.releaseAll())).toBe('unavailable');
  expect(seen.asked.slice(all.length)).toEqual(all.map(() => 'releaseOutbox'));
});

test('where the storage is away, no more than a few claims are tried to be released', async () => {
  const { seen, claims } = watchedClaims();
  const all = Array.from({ length: 20 }, (_, place) => `org_${place}`);
  for (const organizationId of all) await claims.hold(organizationId);
  seen.toFail = Number.POSITIVE_INFINITY;
  expect(await failureOf(claims.releaseAll())).toBe('unavailable');
  expect(seen.asked.slice(all.length)).toHaveLength(4);
});
