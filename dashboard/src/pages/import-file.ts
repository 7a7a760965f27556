import type { Client, LineOutcome, PostLeadSourceCollectionLine } from '@leadsource/client';

export interface Refusal {
  /** Line of the file, counted from 1. */
  readonly line: number;
  readonly reason: string;
}

export interface ImportProgress {
  /** How much of the file has been read, from 0 to 1. */
  readonly share: number;
  readonly taken: number;
  readonly known: number;
  readonly refused: number;
  /** The first of the refused lines. */
  readonly refusals: readonly Refusal[];
}

interface Line {
  readonly number: number;
  readonly text: string;
}

const linesAtOnce = 1000;
/** For a line it means that the call broke off there, since what is sent is JSON. */
const bodyBroken = 400;
const mostRefusals = 100;
/** In bytes of UTF-8, which a text has no fewer of than code units: the API refuses a line of a bulk call that is longer. */
const longestLine = 64 * 1024;
const notJson = 'it is not JSON';
const tooLong = 'it is longer than 64 KiB, and a touch has a line of its own';

/** Sends a file part by part, as one import, and reports its progress after each part. The signal ends it. */
export async function* importFile(
  client: Client,
  file: File,
  signal: AbortSignal,
): AsyncGenerator<ImportProgress> {
  const id = `page-${crypto.getRandomValues(new Uint32Array(2)).join('-')}`;
  const sum = { taken: 0, known: 0, refused: 0, refusals: [] as Refusal[] };
  for await (const { lines, share } of partsOf(file, signal)) {
    const refusals: Refusal[] = [];
    const refuse = (line: number, reason: string) => refusals.push({ line, reason });
    const sent = lines.flatMap(({ number, text }) => {
      const value = isTooLong(text) ? undefined : parsed(text);
      if (value === undefined) refuse(number, isTooLong(text) ? tooLong : notJson);
      return value === undefined ? [] : [{ number, value }];
    });
    const values = sent.map(({ value }) => value as PostLeadSourceCollectionLine);
    const call = { import: id, lines: values };
    const outcomes = values.length === 0 ? [] : await client.postLeadSourceCollection(call, { signal });
    for (const outcome of outcomes) {
      if (outcome.status === 201) sum.taken += 1;
      else if (outcome.status === 200) sum.known += 1;
      else if (outcome.status === bodyBroken) throw new Error(outcome.detail ?? 'The call broke off.');
      else refuse(sent[outcome.line - 1]?.number ?? 0, reasonOf(outcome));
    }
    sum.refused += refusals.length;
    const inOrder = refusals.toSorted((one, other) => one.line - other.line);
    sum.refusals.push(...inOrder.slice(0, mostRefusals - sum.refusals.length));
    yield { ...sum, refusals: [...sum.refusals], share };
  }
}

/** Whether it seems to be of another format: no line was taken, and some have no JSON, or far more than a touch. */
export function isOtherFormat({ taken, known, refusals }: ImportProgress): boolean {
  return taken + known === 0 && refusals.some(({ reason }) => reason === notJson || reason === tooLong);
}

/** A carriage return before the line feed belongs to the line's end. */
function isTooLong(text: string): boolean {
  return text.length > longestLine + (text.endsWith('\r') ? 1 : 0);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf({ invalidFields = [], detail = 'it was refused' }: LineOutcome): string {
  if (invalidFields.length === 0) return detail;
  return invalidFields.map(({ field, message }) => `${field} ${message}`).join('; ');
}

/**
 * The lines of a file in parts, without blank ones. Byte order marks and carriage returns do not matter. Of a line that is too
 * long, only as much is kept as shows that.
 */
async function* partsOf(
  file: File,
  signal: AbortSignal,
): AsyncGenerator<{ lines: readonly Line[]; share: number }> {
  const reader = file.stream().getReader();
  const decoder = new TextDecoder();
  let [rest, bytes, number] = ['', 0, 0];
  let lines: Line[] = [];
  try {
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      const length = value?.length ?? 0;
      // What is there of a long line is not searched again.
      const [first = '', ...others] = decoder.decode(value, { stream: !done }).split('\n');
      const texts = [rest + first, ...others];
      rest = done ? '' : (texts.pop() ?? '').slice(0, longestLine + 2);
      for (const [place, text] of texts.entries()) {
        number += 1;
        if (text.trim() !== '') lines.push({ number, text });
        if (lines.length < linesAtOnce) continue;
        // Part of what was read at once may still have to be sent.
        yield { lines, share: (bytes + (length * (place + 1)) / texts.length) / file.size };
        lines = [];
      }
      bytes += length;
      if (done) break;
    }
    yield { lines, share: 1 };
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
