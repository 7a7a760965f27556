import { LeadsourceError } from './errors.ts';
import type { Answer } from './send.ts';

/**
 * Gives the values of an answer that has one on each line, as they arrive. Fails with a `NetworkError` if the answer breaks off,
 * or with the reason of the signal that ended it.
 */
export async function* readLines({ response, faultOf, end }: Answer): AsyncGenerator<unknown> {
  if (response.body?.locked || response.bodyUsed) {
    throw new LeadsourceError('The lines can be walked through once, and are being or have been.');
  }
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read().catch((error) => Promise.reject(faultOf(error)));
      const lines = (rest + decoder.decode(value, { stream: !done })).split('\n');
      rest = done ? '' : (lines.pop() ?? '');
      for (const line of lines) if (line !== '') yield parsed(line, faultOf);
      if (done) return;
    }
  } finally {
    end();
    await reader.cancel().catch(() => {});
  }
}

/** Behind some proxies an answer that breaks off ends like a complete one, but within a line. */
function parsed(line: string, faultOf: Answer['faultOf']): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw faultOf(error);
  }
}
