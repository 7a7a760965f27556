import { expect } from 'vitest';
import type { Store } from '../../src/storage/store.ts';

/** Answers writes that come together; a batch that fails as a whole would be tried again one by one. */
export async function inOneCommit<Output>(
  store: Pick<Store, 'statistics'>,
  writes: readonly Promise<Output>[],
): Promise<readonly Output[]> {
  const before = store.statistics().commits;
  const outputs = await Promise.all(writes);
  expect(store.statistics().commits - before).toBe(1);
  return outputs;
}
