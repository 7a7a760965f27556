import { expect, test } from 'vitest';
import type { Principal } from '../../src/domain/principal.ts';
import type { Channels } from '../../src/operations/channel.ts';
import { creditedTouches } from '../../src/operations/reporting/credited-touches.ts';
import type { Reads } from '../../src/storage/store.ts';

/** The touches asked for where this many lead sources have a credit, of which each is another. */
function askedAmong(count: number, equals: string | null) {
  const keys = Array.from({ length: count }, (_, place) => place + 1);
  const read = {
    creditCurrencies: async () => ['EUR'],
    creditSums: async () => ({ groups: keys }),
    tuples: async (_organizationId: string, some: readonly number[]) =>
      some.map((key) => ({ source: String(key), medium: 'cpc' })),
  } as unknown as Reads;
  const channels = { of: async () => ({ channelOf: () => null, rulesVersion: 1 }) } as unknown as Channels;
  const field = equals === null ? { field: 'medium', equals: 'cpc' } : { field: 'source', equals };
  const by = [{ field: field.field, negated: false, alternatives: [{ equals: field.equals }] }] as never;
  const principal = { organization: { id: 'org_a' } } as Principal;
  return creditedTouches({ read }, principal, 1, { by, models: ['first'] }, channels);
}

test('any number of lead sources is chosen, out of any number', async () => {
  expect((await askedAmong(10_501, null)).tuples).toEqual(
    Array.from({ length: 10_501 }, (_, place) => place + 1),
  );
  expect((await askedAmong(10_501, '10501')).tuples).toEqual([10_501]);
});
