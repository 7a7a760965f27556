import { createClient } from '@leadsource/client';
import { expect, test } from 'vitest';
import { PackedLines } from '../../../src/cli/import/packed-lines.ts';
import { sendRows } from '../../../src/cli/import/sending.ts';

const failed = 'The service failed.';

/** What becomes of the rows of so many customers, each on the line of the file that is two more than its place. */
async function sent(count: number, statusOf: (place: number, attempt: number) => number) {
  let calls = 0;
  const client = createClient({
    url: 'http://leadsource.test',
    secretKey: 'any',
    fetch: async (_url, init) => {
      calls += 1;
      const rows = (await new Response(init?.body).text()).trimEnd().split('\n');
      const outcomes = rows.map((row, index) => {
        const status = statusOf(Number(JSON.parse(row).customerId), calls);
        return JSON.stringify({ line: index + 1, status, ...(status < 300 ? {} : { detail: failed }) });
      });
      return new Response(outcomes.join('\n'), { headers: { 'content-type': 'application/x-ndjson' } });
    },
  });
  const lines = new PackedLines();
  for (let place = 0; place < count; place++) lines.add(`{"customerId":"${place}"}`);
  return sendRows(client, lines, {
    kind: 'touches',
    announces: false,
    importId: 'imp_1',
    generatedIds: new Map(),
    firstLines: Array.from({ length: count }, (_, place) => place + 2),
    wait: async () => {},
  });
}

test('a line that the service fails to store at each attempt is refused with the reason, others are kept', async () => {
  const outcomes = await sent(4, (place, attempt) => {
    if (place === 2) return 500;
    return place === 3 && attempt < 4 ? 503 : 201;
  });
  const message = `could not be stored, though other lines were: ${failed}`;
  expect(outcomes).toEqual(['added', 'added', { faults: [{ field: '', message }] }, 'added']);
});

test('a line that the service failed to store for a while is sent until it is kept', async () => {
  expect(await sent(2, (place, attempt) => (place === 1 && attempt < 6 ? 500 : 201))).toEqual([
    'added',
    'added',
  ]);
});

test('where the service stores nothing, the import ends with the first lines and what it said last', async () => {
  await expect(sent(1, () => 500)).rejects.toThrow(
    `The service repeatedly failed to store line 2: ${failed}`,
  );
  await expect(sent(3, () => 500)).rejects.toThrow(
    `The service repeatedly failed to store lines 2, 3 and 4: ${failed}`,
  );
  await expect(sent(1_500, () => 500)).rejects.toThrow(
    `The service repeatedly failed to store lines 2, 3, 4, 5, 6 and 1,495 more: ${failed}`,
  );
});

test('a line that is not at fault ends the import: one that could not be stored at that moment, or failed but once', async () => {
  const ended = `The service repeatedly failed to store line 3: ${failed}`;
  await expect(sent(2, (place) => (place === 1 ? 503 : 201))).rejects.toThrow(ended);
  await expect(sent(2, (place, attempt) => (place === 0 ? 201 : attempt < 6 ? 503 : 500))).rejects.toThrow(
    ended,
  );
});

test('lines about which the service says nothing are named, too', async () => {
  const client = createClient({
    url: 'http://leadsource.test',
    secretKey: 'any',
    fetch: async () => new Response('', { headers: { 'content-type': 'application/x-ndjson' } }),
  });
  const lines = new PackedLines();
  for (let place = 0; place < 2; place++) lines.add('{}');
  const sending = sendRows(client, lines, {
    kind: 'touches',
    announces: false,
    importId: 'imp_1',
    generatedIds: new Map(),
    // Both rows come from one record.
    firstLines: [7, 7],
    wait: async () => {},
  });
  await expect(sending).rejects.toThrow(/^The service repeatedly failed to store line 7\.$/);
});
