import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Failure, type InvalidField } from '../domain/failure.ts';
import { inOrder } from './in-order.ts';
import { decodeJsonBody } from './json.ts';
import {
  ArrayValues,
  type BodyLine,
  type LineSplitter,
  longestLineBytes,
  TextLines,
} from './line-splitter.ts';
import { type ProblemStatus, problemOf, Refusal } from './problem.ts';

export const linesType = 'application/x-ndjson';
export const largestBulkBytes = 64 * 1024 * 1024;

/** What became of a line. */
export interface LineOutcome {
  readonly line: number;
  readonly status: number;
  readonly invalidFields?: readonly InvalidField[];
  readonly detail?: string;
}

/** Does what a line's value asks for. A failure is the line's alone. */
export type LineWork = (value: unknown) => Promise<Omit<LineOutcome, 'line'>>;

export interface BulkOptions {
  /** Called once there is a first line, before any is worked on. Its failure is the request's. */
  readonly begin: () => Promise<LineWork>;
  /** How long nothing may arrive while more is expected. */
  readonly idleMilliseconds: number;
  /** Told of what nobody foresaw: the line is answered with 500. */
  readonly onError: (error: unknown) => void;
}

/** Lines under way: while one batch is committed, the next gathers. */
const linesAtOnce = 512;

/**
 * Answers a body line by line, in order, while it arrives: a JSON array or, by its type, one value a line. Fails like any
 * request where the first line cannot be had; where a later one cannot, the last line of the answer says why.
 */
export async function answerLines(body: IncomingMessage, options: BulkOptions): Promise<Readable> {
  const isText = body.headers['content-type']?.toLowerCase().startsWith(linesType) === true;
  const lines = linesOf(body, isText ? new TextLines() : new ArrayValues(), options.idleMilliseconds);
  // Before there is an answer, a fault can still be the answer.
  const first = await lines.next();
  try {
    const work = await options.begin();
    return Readable.from(answer(lines, first, work, options.onError), { encoding: 'utf8' });
  } catch (error) {
    await lines.return(undefined);
    throw error;
  }
}

async function* answer(
  lines: AsyncGenerator<BodyLine>,
  first: IteratorResult<BodyLine>,
  work: LineWork,
  onError: BulkOptions['onError'],
): AsyncGenerator<string> {
  let last = 0;
  const all = async function* () {
    if (first.done !== true) yield first.value;
    yield* lines;
  };
  try {
    for await (const outcomes of inOrder(all(), linesAtOnce, (line) => outcomeOf(line, work, onError))) {
      last = outcomes.at(-1)?.line ?? last;
      yield outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join('');
    }
  } catch (error) {
    yield `${JSON.stringify({ line: last + 1, ...refusalOf(error, onError) })}\n`;
  } finally {
    await lines.return(undefined);
  }
}

async function outcomeOf(
  { line, bytes }: BodyLine,
  work: LineWork,
  onError: (error: unknown) => void,
): Promise<LineOutcome> {
  try {
    if (bytes === null) throw new Refusal(413, `The line is longer than ${longestLineBytes} bytes.`);
    return { line, ...(await work(decodeJsonBody(bytes))) };
  } catch (error) {
    return { line, ...refusalOf(error, onError) };
  }
}

function refusalOf(error: unknown, onError: (error: unknown) => void): Omit<LineOutcome, 'line'> {
  if (error instanceof Failure && error.code === 'invalid') {
    return { status: 422, invalidFields: error.invalidFields };
  }
  const { status, body } = problemOf(error, '');
  if (status === 500) onError(error);
  const { detail } = JSON.parse(body) as { detail: string };
  return { status: status satisfies ProblemStatus, detail };
}

async function* linesOf(
  body: IncomingMessage,
  splitter: LineSplitter,
  idleMilliseconds: number,
): AsyncGenerator<BodyLine> {
  let bytes = 0;
  for await (const chunk of arriving(body, idleMilliseconds)) {
    bytes += chunk.length;
    if (bytes > largestBulkBytes) {
      throw new Refusal(413, `The body is larger than ${largestBulkBytes} bytes.`);
    }
    yield* splitter.push(chunk);
  }
  yield* splitter.end();
}

/** The chunks of a body. Fails with 408 where none comes for too long; the time that others need does not count. */
async function* arriving(body: IncomingMessage, idleMilliseconds: number): AsyncGenerator<Buffer> {
  const chunks = body.iterator({ destroyOnReturn: false });
  for (;;) {
    const idle = Promise.withResolvers<never>();
    const timer = setTimeout(() => idle.reject(new Refusal(408)), idleMilliseconds);
    try {
      const { done, value } = await Promise.race([chunks.next().catch(brokenOff), idle.promise]);
      if (done === true) return;
      yield value as Buffer;
    } finally {
      clearTimeout(timer);
    }
  }
}

function brokenOff(): never {
  throw new Refusal(400, 'The body broke off.');
}
