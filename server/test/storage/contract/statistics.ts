import { expect, test } from 'vitest';
import type { Commit } from '../../../src/storage/store.ts';
import { failureOf } from '../../support/failures.ts';
import { StoreRoom } from '../../support/store-room.ts';
import type { ContractGround } from './ground.ts';

/** From now on, each commit that the room's store tells of. */
function commitsOf({ store }: StoreRoom): readonly Commit[] {
  const commits: Commit[] = [];
  store.onCommit((commit) => commits.push(commit));
  return commits;
}

function writesOf(commits: readonly Commit[]): number {
  return commits.reduce((sum, { writes }) => sum + writes, 0);
}

export function statisticsContract({ engine, room }: ContractGround): void {
  test('writes one after the other are told of as a commit each, with the time it took', async () => {
    const ground = await room();
    const before = ground.store.statistics();
    const commits = commitsOf(ground);
    for (const source of ['a', 'b', 'c']) await ground.put('c', { source });
    expect(commits.map(({ writes }) => writes)).toEqual([1, 1, 1]);
    for (const { seconds } of commits) expect(seconds).toBeGreaterThan(0);
    const after = ground.store.statistics();
    expect(after.commits - before.commits).toBe(3);
    expect(after.committedWrites - before.committedWrites).toBe(3);
  });

  test('writes at once share commits, whose sizes are told', async () => {
    const ground = await room();
    const before = ground.store.statistics();
    const commits = commitsOf(ground);
    await Promise.all(Array.from({ length: 100 }, (_, place) => ground.put(`c${place}`, { source: 'a' })));
    expect(writesOf(commits)).toBe(100);
    expect(commits.length).toBeLessThan(10);
    expect(ground.store.statistics().commits - before.commits).toBe(commits.length);
  });

  test('a write that a rule refuses has its share of the commit, but is not counted as committed', async () => {
    const ground = await room();
    const before = ground.store.statistics();
    const commits = commitsOf(ground);
    await Promise.all([ground.put('c', {}), failureOf(ground.remove('nobody'))]);
    expect(writesOf(commits)).toBe(2);
    expect(ground.store.statistics().committedWrites - before.committedWrites).toBe(1);
  });

  test('writes that wait are counted, and for how long, until they have their answers', async () => {
    const ground = await room();
    // An engine may send some on their way at once.
    const writes = Array.from({ length: 200 }, (_, place) => ground.put(`c${place}`, {}));
    const { waitingWrites, oldestWaitSeconds } = ground.store.statistics();
    expect(waitingWrites).toBeGreaterThanOrEqual(100);
    expect(waitingWrites).toBeLessThanOrEqual(200);
    expect(oldestWaitSeconds).toBeGreaterThan(0);
    await Promise.all(writes);
    expect(ground.store.statistics()).toMatchObject({ waitingWrites: 0, oldestWaitSeconds: 0 });
  });

  test('writes that come while the store closes are counted as refused', async () => {
    const opened = await engine.open();
    const ground = await StoreRoom.open(() => opened.store);
    expect(opened.store.statistics().refusedWrites).toEqual({ 'queue-full': 0, stalled: 0, closing: 0 });
    const closing = opened.dispose();
    expect(await failureOf(ground.put('c', {}))).toBe('unavailable');
    expect(opened.store.statistics().refusedWrites).toEqual({ 'queue-full': 0, stalled: 0, closing: 1 });
    await closing;
  });
}
