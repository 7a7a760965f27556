import { NetworkError } from '@leadsource/client';

/**
 * The values of an answer that has one on each line, in groups of as many as have arrived, so that none waits its turn alone.
 * Fails with a `NetworkError` if the answer breaks off.
 */
export async function* answeredLines(response: Response): AsyncGenerator<readonly unknown[], void, void> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  /** The beginning of a line that has not fully arrived. */
  let parts: string[] = [];
  const chunks = response.body[Symbol.asyncIterator]();
  try {
    for (;;) {
      const { done, value } = await chunks.next().catch(brokenOff);
      const text = done ? decoder.decode() : decoder.decode(value, { stream: true });
      const end = done ? text.length : text.lastIndexOf('\n') + 1;
      const lines = end === 0 && !done ? '' : [...parts, text.slice(0, end)].join('').trimEnd();
      parts = end === 0 ? [...parts, text] : [text.slice(end)];
      // No value contains a line feed, so that many lines can be parsed as one array.
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
