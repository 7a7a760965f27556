import { type Client, ProblemError } from '@leadsource/client';
import { expect, test } from 'vitest';
import { ownTouches } from '../../../src/cli/import/generated-id.ts';
import { PackedLines } from '../../../src/cli/import/packed-lines.ts';

const kept = { id: 'generated', occurredTime: '2026-01-02T00:00:00.000Z', source: 'google', medium: null };

/** What becomes of a row that had the id of a touch that the service has, or answers for otherwise. */
async function outcomeOf(row: object, answer: () => readonly object[] = () => [kept]) {
  const client = {
    async *getCustomerLeadSourceCollection() {
      yield* answer();
    },
  } as unknown as Client;
  const lines = new PackedLines();
  lines.add(JSON.stringify({ customerId: 'c', ...row }));
  return (await ownTouches(client, lines, new Map([[0, kept.id]]))).get(0);
}

function refusing(status: number): () => never {
  return () => {
    throw new ProblemError(new Response(null, { status }), {});
  };
}

test('a row is that of the service where its id and its time are, and says nothing else', async () => {
  const { occurredTime, source } = kept;
  expect(await outcomeOf({ occurredTime, source })).toBe('known');
  expect(await outcomeOf({ occurredTime, source: 'bing' })).toMatchObject({ faults: [{ field: 'id' }] });
});

test('a row of another time is another, whatever id a service that numbers alike gave it', async () => {
  expect(await outcomeOf({ occurredTime: '2026-01-03T00:00:00.000Z', source: 'google' })).toBeUndefined();
});

test('a row is none of the service where it has no such customer, and nothing is said where it does not tell', async () => {
  const { occurredTime, source } = kept;
  expect(await outcomeOf({ occurredTime, source }, refusing(404))).toBeUndefined();
  await expect(outcomeOf({ occurredTime, source }, refusing(503))).rejects.toThrow(ProblemError);
});
