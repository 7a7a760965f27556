import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import { createIdempotencyOperations } from '../../src/operations/idempotency.ts';
import type { WriteInput } from '../../src/storage/store.ts';
import { failureOf } from '../support/failures.ts';

const request = { organizationId: 'org_a', route: 'POST /x', key: 'k', content: '[]' };
const now = Date.UTC(2026, 10, 23);

/** A store in which two organizations have old answers, and which notes what is forgotten; the first `parts` calls leave something. */
function listeningStore(parts = 0) {
  const pruned: WriteInput<'pruneAnswers'>[] = [];
  const answerOrganizations = vi.fn(async (_before: number) => ['org_a', 'org_b']);
  const store = {
    read: { answerOrganizations },
    write: async (_kind: string, input: WriteInput<'pruneAnswers'>) => {
      pruned.push(input);
      await nextTurn();
      return { isLeft: pruned.length <= parts };
    },
  };
  const context = { store, now: () => now } as unknown as Parameters<typeof createIdempotencyOperations>[0];
  return { pruned, answerOrganizations, operations: createIdempotencyOperations(context) };
}

test('one request of a key is under way at a time, others fail until it is answered', async () => {
  const { operations } = listeningStore();
  const answer = Promise.withResolvers<string>();
  const first = operations.doOnce(request, () => answer.promise);
  const again = () => operations.doOnce(request, async () => 'again');
  expect(await failureOf(again())).toBe('conflict');
  expect(await operations.doOnce({ ...request, organizationId: 'org_b' }, async () => 'other')).toBe('other');
  expect(await operations.doOnce({ ...request, route: 'POST /y' }, async () => 'other')).toBe('other');
  answer.resolve('first');
  expect(await first).toBe('first');
  expect(await again()).toBe('again');
});

test('a request that failed is no longer under way', async () => {
  const { operations } = listeningStore();
  await expect(operations.doOnce(request, () => Promise.reject(new Error('broken')))).rejects.toThrow(
    'broken',
  );
  expect(await operations.doOnce(request, async () => 'done')).toBe('done');
});

test('the same content has the same digest, other content another', async () => {
  const { operations } = listeningStore();
  const digestOf = (content: string) =>
    operations.doOnce({ ...request, content }, async ({ contentDigest }) => contentDigest);
  expect(await digestOf('[]')).toBe(await digestOf('[]'));
  expect(await digestOf('[]')).not.toBe(await digestOf('[ ]'));
});

test('answers older than a day are forgotten, and nothing is written for organizations without any', async () => {
  const { operations, pruned, answerOrganizations } = listeningStore();
  await operations.forgetOldAnswers();
  expect(answerOrganizations.mock.calls).toEqual([[now - 86_400_000]]);
  expect(pruned.map(({ organizationId }) => organizationId)).toEqual(['org_a', 'org_b']);
  expect(pruned.every(({ before }) => before === now - 86_400_000)).toBe(true);
  answerOrganizations.mockResolvedValue([]);
  await operations.doOnce({ ...request, organizationId: 'org_new' }, async () => null);
  await operations.forgetOldAnswers();
  expect(pruned).toHaveLength(2);
});

test('very many answers are forgotten a part at a time, until the service ends', async () => {
  const { operations, pruned } = listeningStore(2);
  await operations.forgetOldAnswers();
  expect(pruned.map(({ organizationId }) => organizationId)).toEqual(['org_a', 'org_a', 'org_a', 'org_b']);
  expect(new Set(pruned.map(({ limit }) => limit))).toEqual(new Set([1000]));
  const ending = listeningStore(Number.POSITIVE_INFINITY);
  const end = new AbortController();
  const forgetting = ending.operations.forgetOldAnswers(end.signal);
  await vi.waitUntil(() => ending.pruned.length > 3, { interval: 1 });
  end.abort();
  await forgetting;
  expect(new Set(ending.pruned.map(({ organizationId }) => organizationId))).toEqual(new Set(['org_a']));
});
