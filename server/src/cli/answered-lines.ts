import { NetworkError } from '@leadsource/client';

/**
 * The values of an answer that has one on each line, as many at a time as have come: each need not wait for its turn.
 * Fails with a `NetworkError` where it breaks off.
 */
export async function* answeredLines(response: Response): AsyncGenerator<readonly unknown[], void, void> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  /** Of a line that has not come whole. */
  let parts: string[] = [];
  const chunks = response.body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await chunks.next().catch(brokenOff);
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      const end = done ? text.length : text.lastIndexOf('\n') + 1;
      const lines = end === 0 && !done ? '' : [...parts, text.slice(0, end)].join('').trimEnd();
      parts = end === 0 ? [...parts, text] : [text.slice(end)];
      // No value has a line feed in it, so that many are one array.
      if (lines !== '') yield JSON.parse(`[${lines.replaceAll('\n', ',')}]`) as readonly unknown[];
      if (done) return;
    }
  } finally {
    await chunks.return?.().catch(() => undefined);
  }
}

function brokenOff(cause: unknown): never {
  throw new NetworkError('The service cannot be reached, or the connection broke.', { cause });
}
