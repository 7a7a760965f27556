import { createClient } from '@leadsource/client';
import { expect, test } from 'vitest';
import { PackedLines } from '../../../src/cli/import/packed-lines.ts';
import { patienceOf } from '../../../src/cli/import/patience.ts';
import { sendRows } from '../../../src/cli/import/sending.ts';

/** What is said and waited for where the service asks for this wait and then answers. */
async function waitedFor(retryAfterSeconds: number) {
  const said: string[] = [];
  const waits: number[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const answers = [
    new Response('{}', { status: 429, headers: { 'retry-after': String(retryAfterSeconds) } }),
    Response.json([]),
  ];
  const client = createClient({
    url: 'http://leadsource.test',
    secretKey: 'any',
    ...patienceOf((line) => said.push(line), wait),
    fetch: async () => answers.shift() ?? Response.error(),
  });
  await client.putSpend({ body: [] as never });
  return { said, seconds: waits.map((milliseconds) => Math.floor(milliseconds / 1000)) };
}

test('an import waits for the end of the longest usual window, and says so', async () => {
  const { said, seconds } = await waitedFor(600);
  expect(seconds).toEqual([600]);
  expect(said).toEqual([expect.stringMatching(/^Waiting 60[01] seconds, as the service asks\.$/)]);
});

test('an import says nothing of a moment', async () => {
  expect(await waitedFor(2)).toEqual({ said: [], seconds: [2] });
});

test('an import for which the service has no time for longer than an hour ends at once, with that answer', async () => {
  const waits: number[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  let calls = 0;
  const client = createClient({
    url: 'http://leadsource.test',
    secretKey: 'any',
    ...patienceOf(() => {}, wait),
    fetch: async () => {
      calls += 1;
      return new Response('{}', { status: 429, headers: { 'retry-after': '3601' } });
    },
  });
  const lines = new PackedLines();
  lines.add('{"customerId":"cus_1","occurredTime":"2026-01-05T09:30:00Z"}');
  const sending = sendRows(client, lines, {
    kind: 'touches',
    announces: false,
    importId: 'imp_1',
    generatedIds: new Map(),
    firstLines: [2],
    wait,
  });
  await expect(sending).rejects.toMatchObject({ status: 429, retryAfterSeconds: 3601 });
  expect([calls, waits]).toEqual([1, []]);
});
