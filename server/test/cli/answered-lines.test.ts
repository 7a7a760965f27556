import { NetworkError } from '@leadsource/client';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answeredLines } from '../../src/cli/answered-lines.ts';
import { announceSeed } from '../support/random.ts';

const seed = announceSeed('answered lines');

async function allOf(chunks: AsyncIterable<Uint8Array>): Promise<readonly unknown[]> {
  const values: unknown[] = [];
  const body = ReadableStream.from(chunks);
  for await (const some of answeredLines(new Response(body))) values.push(...some);
  return values;
}

test('values are told apart however they arrive', async () => {
  const arrivals = fc.asyncProperty(
    fc.array(fc.jsonValue()),
    fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
    async (values, sizes) => {
      const lines = values.map((value) => `${JSON.stringify(value)}\n`).join('');
      const bytes = new TextEncoder().encode(lines);
      const chunks = async function* () {
        for (let start = 0, turn = 0; start < bytes.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          yield bytes.subarray(start, start + size);
          start += size;
        }
      };
      expect(await allOf(chunks())).toEqual(JSON.parse(JSON.stringify(values)));
    },
  );
  await fc.assert(arrivals, { seed });
});

test('an answer that breaks off is a connection that broke', async () => {
  const chunks = async function* () {
    yield new TextEncoder().encode('{"line":1}\n{"li');
    throw new Error('reset');
  };
  await expect(allOf(chunks())).rejects.toThrow(NetworkError);
});
