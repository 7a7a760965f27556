import { describe, expect, test } from 'vitest';
import { Failure } from '../../src/domain/failure.ts';
import { Backlog } from '../../src/storage/backlog.ts';
import { GroupCommit } from '../../src/storage/group-commit.ts';
import { failureOf } from '../support/failures.ts';

type Outputs = readonly (() => string)[];

interface Commit {
  readonly batch: readonly string[];
  readonly settle: PromiseWithResolvers<Outputs>;
}

/** A group commit whose batches a test ends itself, in the order they came. */
function heldCommits({
  maximumBatch = 3,
  maximumWaiting = 5,
  patienceMilliseconds = 60_000,
  maximumUnderWay = 1,
  enough = 3,
  sizeOf = (_write: string): number => 1,
} = {}) {
  const commits: Commit[] = [];
  let wake = () => {};
  const backlog = new Backlog(maximumWaiting);
  const group = new GroupCommit<string, string>({
    maximumBatch,
    backlog,
    patienceMilliseconds,
    maximumUnderWay,
    enough,
    sizeOf,
    commit: (batch) => {
      const settle = Promise.withResolvers<Outputs>();
      commits.push({ batch, settle });
      wake();
      return settle.promise;
    },
  });
  const nth = async (number: number): Promise<Commit> => {
    for (;;) {
      const commit = commits[number];
      if (commit !== undefined) return commit;
      const { promise, resolve } = Promise.withResolvers<void>();
      wake = resolve;
      await promise;
    }
  };
  const end = async (number: number): Promise<void> => {
    const { batch, settle } = await nth(number);
    settle.resolve(batch.map((write) => () => `${write} kept`));
  };
  return { group, backlog, commits, nth, end };
}

describe('group commit', () => {
  test('writes of one turn of the event loop are one commit', async () => {
    const { group, nth, end } = heldCommits();
    const writes = ['a', 'b'].map((write) => group.write(write));
    expect((await nth(0)).batch).toEqual(['a', 'b']);
    await end(0);
    expect(await Promise.all(writes)).toEqual(['a kept', 'b kept']);
  });

  test('writes that come during a commit join the next one, in their order', async () => {
    const { group, backlog, nth, end } = heldCommits();
    const first = group.write('a');
    await nth(0);
    const rest = ['b', 'c'].map((write) => group.write(write));
    expect(backlog.waiting).toBe(2);
    await end(0);
    expect(await first).toBe('a kept');
    expect((await nth(1)).batch).toEqual(['b', 'c']);
    await end(1);
    expect(await Promise.all(rest)).toEqual(['b kept', 'c kept']);
    expect(backlog.waiting).toBe(0);
  });

  test('where several batches may be under way, no write waits for one before it', async () => {
    const { group, backlog, nth, end } = heldCommits({ maximumUnderWay: 2 });
    const first = group.write('a');
    await nth(0);
    const second = group.write('b');
    expect((await nth(1)).batch).toEqual(['b']);
    const third = ['c', 'd'].map((write) => group.write(write));
    await new Promise((resolve) => setImmediate(resolve));
    expect(backlog.waiting).toBe(2);
    await end(1);
    expect(await second).toBe('b kept');
    expect((await nth(2)).batch).toEqual(['c', 'd']);
    await Promise.all([end(0), end(2)]);
    expect(await Promise.all([first, ...third])).toEqual(['a kept', 'c kept', 'd kept']);
  });

  test('where enough writes wait, they do not wait for the end of the turn', async () => {
    const { group, nth, end } = heldCommits({ maximumUnderWay: 2, enough: 2 });
    const writes = ['a', 'b', 'c'].map((write) => group.write(write));
    expect((await nth(0)).batch).toEqual(['a', 'b']);
    expect((await nth(1)).batch).toEqual(['c']);
    await Promise.all([end(0), end(1)]);
    expect(await Promise.all(writes)).toEqual(['a kept', 'b kept', 'c kept']);
  });

  test('the next batch is on its way before those that waited for the last one go on', async () => {
    const { group, commits, end } = heldCommits({ maximumBatch: 1 });
    const underWay = group.write('a').then(() => commits.length);
    const second = group.write('b');
    await end(0);
    expect(await underWay).toBe(2);
    await end(1);
    expect(await second).toBe('b kept');
  });

  test('no write is answered before its batch is committed', async () => {
    const { group, nth, end } = heldCommits();
    let answered = false;
    const write = group.write('a').then(() => {
      answered = true;
    });
    await nth(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(answered).toBe(false);
    await end(0);
    await write;
    expect(answered).toBe(true);
  });

  test('what is larger than a batch may be goes by itself, and nothing is left out', async () => {
    const { group, nth, end } = heldCommits({ sizeOf: (write) => write.length });
    const writes = ['a', 'bb', 'c', 'dddd', 'e'].map((write) => group.write(write));
    for (const [place, batch] of [['a', 'bb'], ['c'], ['dddd'], ['e']].entries()) {
      expect((await nth(place)).batch).toEqual(batch);
      await end(place);
    }
    expect(await Promise.all(writes)).toHaveLength(5);
  });

  test('a batch is no larger than allowed', async () => {
    const { group, nth, end } = heldCommits();
    const writes = ['a', 'b', 'c', 'd'].map((write) => group.write(write));
    expect((await nth(0)).batch).toEqual(['a', 'b', 'c']);
    await end(0);
    expect((await nth(1)).batch).toEqual(['d']);
    await end(1);
    await Promise.all(writes);
  });

  test('a write beyond those that may wait is refused at once, and later ones are taken again', async () => {
    const { group, nth, end } = heldCommits();
    const first = group.write('a');
    await nth(0);
    const waiting = ['b', 'c', 'd', 'e', 'f'].map((write) => group.write(write));
    expect(await failureOf(group.write('g'))).toBe('unavailable');
    await end(0);
    await first;
    await end(1);
    const later = group.write('h');
    await end(2);
    await Promise.all(waiting);
    expect(await later).toBe('h kept');
  });

  test('a batch that takes too long refuses what waits behind it, and at once what comes', async () => {
    const { group, backlog, nth, end } = heldCommits({ patienceMilliseconds: 5 });
    const first = group.write('a');
    await nth(0);
    expect(await failureOf(group.write('b'))).toBe('unavailable');
    expect(await failureOf(group.write('c'))).toBe('unavailable');
    expect(backlog.refused).toMatchObject({ stalled: 2 });
    expect(backlog.waiting).toBe(0);
    await end(0);
    expect(await first).toBe('a kept');
  });

  test('after one that took too long one batch at a time is tried, until one is quick', async () => {
    const { group, nth, end } = heldCommits({ patienceMilliseconds: 300 });
    const first = group.write('a');
    await nth(0);
    expect(await failureOf(group.write('b'))).toBe('unavailable');
    await end(0);
    await first;
    await new Promise((resolve) => setImmediate(resolve));
    const second = group.write('c');
    await nth(1);
    const later = new Promise((resolve) => setImmediate(resolve, 'later'));
    expect(await Promise.race([failureOf(group.write('d')), later])).toBe('unavailable');
    await end(1);
    await second;
    const third = group.write('e');
    await nth(2);
    const behind = group.write('f');
    await end(2);
    await end(3);
    expect(await Promise.all([third, behind])).toEqual(['e kept', 'f kept']);
  });

  test('the error of one write is its own', async () => {
    const { group, nth } = heldCommits();
    const [good, bad] = [group.write('good'), group.write('bad')];
    const { settle } = await nth(0);
    settle.resolve([
      () => 'kept',
      () => {
        throw new Failure('conflict', 'bad');
      },
    ]);
    expect(await good).toBe('kept');
    expect(await failureOf(bad)).toBe('conflict');
  });

  test('a commit that fails fails all of its writes, and the next one goes on', async () => {
    const { group, nth, end } = heldCommits();
    const writes = ['a', 'b'].map((write) => failureOf(group.write(write)));
    (await nth(0)).settle.reject(new Failure('unavailable', 'full'));
    expect(await Promise.all(writes)).toEqual(['unavailable', 'unavailable']);
    const next = group.write('c');
    await end(1);
    expect(await next).toBe('c kept');
  });

  test('a write that a commit says nothing of is not taken for kept', async () => {
    const { group, nth } = heldCommits();
    const writes = [group.write('a'), group.write('b')];
    const outcomes = Promise.allSettled(writes);
    (await nth(0)).settle.resolve([() => 'kept']);
    expect(await outcomes).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected' }]);
  });

  test('closing waits for what was accepted, and takes no more', async () => {
    const { group, nth, end } = heldCommits();
    const accepted = group.write('a');
    let isClosed = false;
    const closing = group.close().then(() => {
      isClosed = true;
    });
    expect(await failureOf(group.write('b'))).toBe('unavailable');
    await nth(0);
    expect(isClosed).toBe(false);
    await end(0);
    expect(await accepted).toBe('a kept');
    await closing;
    await group.close();
  });
});
