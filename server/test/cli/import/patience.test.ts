import { createClient } from '@leadsource/client';
import { expect, test } from 'vitest';
import { patienceOf } from '../../../src/cli/import/patience.ts';

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
