export interface Answer {
  readonly status: number;
  /** The length of head and body together. */
  readonly bytes: number;
}

const statusLine = /^HTTP\/1\.1 (\d{3}) /;
const lengthHeader = /\r\ncontent-length: *(\d+)\r\n/i;

/**
 * The answer that `received` begins with; null while it is incomplete. Fails for an answer without a length, which the service
 * under test never sends.
 */
export function readAnswer(received: Buffer): Answer | null {
  const end = received.indexOf('\r\n\r\n');
  if (end === -1) return null;
  const head = received.toString('latin1', 0, end + 2);
  const status = Number(statusLine.exec(head)?.[1] ?? Number.NaN);
  const bytes = end + 4 + Number(lengthHeader.exec(head)?.[1] ?? Number.NaN);
  if (Number.isNaN(status + bytes)) throw new Error(`This is no answer with a length: ${head}`);
  return received.length < bytes ? null : { status, bytes };
}
