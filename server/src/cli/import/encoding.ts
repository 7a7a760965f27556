import { UsageError } from '../faults.ts';

/** How the text of a file may be encoded; found by its byte order mark, otherwise as the operator says. */
export const encodings = ['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'] as const;
export type Encoding = (typeof encodings)[number];

const marks: readonly { readonly encoding: Encoding; readonly bytes: readonly number[] }[] = [
  { encoding: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  { encoding: 'utf-16le', bytes: [0xff, 0xfe] },
  { encoding: 'utf-16be', bytes: [0xfe, 0xff] },
];

/**
 * The text of a file converted to UTF-8, without its byte order mark, which takes precedence over the given encoding (as in
 * https://encoding.spec.whatwg.org/#decode). Fails with a plain sentence if the file is not in that encoding.
 */
export async function* inUtf8(
  chunks: AsyncIterable<Buffer>,
  given: Encoding | null,
): AsyncGenerator<Buffer, void, void> {
  let transcode: ((chunk: Buffer | null) => Buffer) | null = null;
  for await (const chunk of chunks) {
    transcode ??= transcoderFor(chunk, given);
    yield transcode(chunk);
  }
  if (transcode !== null) yield transcode(null);
}

/** What begins with these bytes is no text, in any encoding. */
const packed: readonly { readonly bytes: readonly number[]; readonly advice: string }[] = [
  { bytes: [0x1f, 0x8b], advice: 'is compressed: unpack it with gunzip first' },
  { bytes: [0x28, 0xb5, 0x2f, 0xfd], advice: 'is compressed: unpack it with unzstd first' },
  {
    bytes: [0x50, 0x4b, 0x03, 0x04],
    advice: 'is a ZIP archive, as .xlsx is: unpack it, or save it as CSV, first',
  },
];

function transcoderFor(first: Buffer, given: Encoding | null): (chunk: Buffer | null) => Buffer {
  const begins = ({ bytes }: { readonly bytes: readonly number[] }) =>
    bytes.every((byte, place) => first[place] === byte);
  const found = packed.find(begins);
  if (found !== undefined) throw new UsageError(`The file ${found.advice}.`);
  const mark = marks.find(begins);
  const encoding = mark?.encoding ?? given ?? 'utf-8';
  if (encoding === 'utf-8') return passing(mark?.encoding === 'utf-8' ? mark.bytes.length : 0, first);
  const decoder = new TextDecoder(encoding, { fatal: true });
  return (chunk) => {
    try {
      return Buffer.from(chunk === null ? decoder.decode() : decoder.decode(chunk, { stream: true }));
    } catch {
      throw new Error(`The file is not ${encoding} throughout.`);
    }
  };
}

/** UTF-8 is checked line by line, so that a broken line need not exclude the others. */
function passing(markLength: number, first: Buffer): (chunk: Buffer | null) => Buffer {
  // Text in wider units, without a mark, begins like this.
  if (first.subarray(0, 4).includes(0)) {
    throw new UsageError(
      'The file has a NUL byte at its beginning, as UTF-16 has without a byte order mark: name its --encoding.',
    );
  }
  let isFirst = true;
  return (chunk) => {
    if (chunk === null) return Buffer.alloc(0);
    const rest = isFirst ? chunk.subarray(markLength) : chunk;
    isFirst = false;
    return rest;
  };
}
