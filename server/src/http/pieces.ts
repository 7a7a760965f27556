import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** Writing this many characters of a report takes some milliseconds. */
const pieceLength = 128 * 1024;

/**
 * Text as a body: bytes as long as it is short. Longer text is written a piece at a time, as the client takes it, and other
 * requests get a turn after each piece.
 */
export function bodyOf(parts: Iterable<string>): Buffer | Readable {
  const pieces = piecesOf(parts);
  const first = pieces.next().value ?? '';
  return first.length < pieceLength
    ? Buffer.from(first)
    : Readable.from(withTurns(first, pieces), { objectMode: false });
}

/** The same for parts that are read while they are written: no more of them than the client takes. */
export async function bodyAsRead(parts: AsyncIterable<string>): Promise<Buffer | Readable> {
  const pieces = piecesAsRead(parts);
  const first = (await pieces.next()).value ?? '';
  return first.length < pieceLength
    ? Buffer.from(first)
    : Readable.from(withTurns(first, pieces), { objectMode: false });
}

async function* piecesAsRead(parts: AsyncIterable<string>): AsyncGenerator<string, undefined> {
  let piece = '';
  for await (const part of parts) {
    piece += part;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

/** All but the last have at least `pieceLength` characters. */
function* piecesOf(parts: Iterable<string>): Generator<string, undefined> {
  let piece = '';
  for (const part of parts) {
    piece += part;
    if (piece.length < pieceLength) continue;
    yield piece;
    piece = '';
  }
  if (piece !== '') yield piece;
}

async function* withTurns(
  first: string,
  others: Iterable<string> | AsyncIterable<string>,
): AsyncGenerator<string, void, void> {
  yield first;
  for await (const piece of others) {
    yield piece;
    // A socket may take any number of pieces without a turn of the event loop.
    await nextTurn();
  }
}
