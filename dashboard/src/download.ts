import { BrokenDownload } from './advice.ts';

/** A call of the client, of which only the raw response is needed. */
export interface AnsweredCall {
  response(): Promise<Response>;
}

/**
 * Lets the reader save the service's answer as a file of that name. While it arrives, `onLines` receives the number of lines so
 * far.
 */
export async function saveAnswer(
  call: AnsweredCall,
  name: string,
  onLines: (lines: number) => void = () => {},
): Promise<void> {
  const { body, headers } = await call.response();
  const counted = new Response(body?.pipeThrough(countingLines(onLines)), { headers });
  const content = await counted.blob().catch((cause) => {
    throw new BrokenDownload(`Only a part of ${name} has arrived.`, { cause });
  });
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // By then, the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

const lineEnd = 0x0a;

function countingLines(onLines: (lines: number) => void): TransformStream<Uint8Array, Uint8Array> {
  let lines = 0;
  return new TransformStream({
    transform(bytes, controller) {
      for (const byte of bytes) if (byte === lineEnd) lines += 1;
      onLines(lines);
      controller.enqueue(bytes);
    },
  });
}
