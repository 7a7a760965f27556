import { createClient } from '@leadsource/client';
import { expect, test, vi } from 'vitest';
import { type ImportProgress, importFile } from '../src/pages/import-file.ts';

const touch = '{"customerId":"cus_1","occurredTime":"2025-03-01T12:00:00Z"}';
const tooLong = 'it is longer than 64 KiB, and a touch has a line of its own';
const chunkBytes = 16 * 1024;

/** A file that is read in small chunks. */
function fileOf(text: string, cancel = () => {}): File {
  const bytes = new TextEncoder().encode(text);
  let start = 0;
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    if (start >= bytes.length) return controller.close();
    controller.enqueue(bytes.subarray(start, start + chunkBytes));
    start += chunkBytes;
  };
  return { size: bytes.length, stream: () => new ReadableStream({ pull, cancel }) } as unknown as File;
}

/** To a service that takes every line. */
const client = createClient({
  url: 'http://leadsource.test',
  secretKey: 'any',
  fetch: async (_url, init) => {
    const lines = (await new Response(init?.body).text()).trimEnd().split('\n');
    const outcomes = lines.map((_line, place) => JSON.stringify({ line: place + 1, status: 201 }));
    return new Response(outcomes.join('\n'), { headers: { 'content-type': 'application/x-ndjson' } });
  },
});

async function imported(file: File): Promise<ImportProgress | undefined> {
  let last: ImportProgress | undefined;
  for await (const progress of importFile(client, file, new AbortController().signal)) last = progress;
  return last;
}

test('a line that is longer than the service takes is refused with its number, and those around it are taken', async () => {
  const long = `[${`${touch},`.repeat(5_000)}${touch}]`;
  expect(await imported(fileOf([touch, long, touch, `"${'x'.repeat(70_000)}"`, touch].join('\n')))).toEqual({
    share: 1,
    taken: 3,
    known: 0,
    refused: 2,
    refusals: [
      { line: 2, reason: tooLong },
      { line: 4, reason: tooLong },
    ],
  });
});

test.each([
  ['taken', 'of 64 KiB', 0],
  ['refused', 'that is one byte longer', 1],
] as const)('what is %s is a line %s, however it ends', async (result, _length, more) => {
  const line = `{"note":"${'x'.repeat(64 * 1024 - 11 + more)}"}`;
  for (const end of ['', '\n', '\r\n']) {
    const progress = await imported(fileOf(line + end));
    expect([line.length, progress?.[result]]).toEqual([64 * 1024 + more, 1]);
  }
});

test('no part of a long line is searched twice', async () => {
  const split = vi.spyOn(String.prototype, 'split');
  const text = 'x'.repeat(100 * chunkBytes);
  await imported(fileOf(text));
  const searched = split.mock.contexts
    .map(String)
    .filter((context) => context.startsWith('x'))
    .reduce((sum, context) => sum + context.length, 0);
  expect(searched).toBe(text.length);
});

test('a file is let go of when its import ends early', async () => {
  const cancel = vi.fn();
  const lines = `${touch}\n`.repeat(3_000);
  for await (const _progress of importFile(client, fileOf(lines, cancel), new AbortController().signal))
    break;
  expect(cancel).toHaveBeenCalledOnce();
});

test('a file of which nothing is sent is read no further once its reader has signed out', async () => {
  const cancel = vi.fn();
  const ending = new AbortController();
  const file = fileOf('no JSON\n'.repeat(10_000), cancel);
  const reading = async () => {
    for await (const _progress of importFile(client, file, ending.signal)) ending.abort();
  };
  await expect(reading()).rejects.toThrow(ending.signal.reason);
  expect(cancel).toHaveBeenCalledOnce();
});
