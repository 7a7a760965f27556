import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { Failure, type InvalidField } from '../domain/failure.ts';
import { inOrder } from './in-order.ts';
import { decodeJsonBody, decodeJsonText } from './json.ts';
import {
  ArrayValues,
  type BodyLine,
  type LineSplitter,
  longestLineBytes,
  TextLines,
} from './line-splitter.ts';
import { type ProblemStatus, problemOf, Refusal } from './problem.ts';
import { faultOfBody } from './transport.ts';

export const linesType = 'application/x-ndjson';
export const largestBulkBytes = 64 * 1024 * 1024;

/** What the description of each bulk operation says of lines that the storage did not keep. */
export const onRefusedLines =
  'A line of 503 could not be kept at that moment, or nobody knows whether it was; those behind it are tried all the same. ' +
  'Send it again after five seconds: with an `id` it is then 200 if it was kept. ' +
  'Where the storage is away before the first line, the call as a whole may be answered with 503.';

/** What became of a line. */
export interface LineOutcome {
  readonly line: number;
  readonly status: number;
  readonly invalidFields?: readonly InvalidField[];
  readonly detail?: string;
}

/** The same where it is not said of which line; or why there was none. */
export type LineResult = Omit<LineOutcome, 'line'> | { readonly error: unknown };

/** Does what the values of lines ask for: answers what became of each, in their order. A line's failure is its alone. */
export type LinesWork = (values: readonly unknown[]) => Promise<readonly LineResult[]>;

export interface BulkOptions {
  /** Whether lines that were added are left out of the answer, but for the last of the body. */
  readonly isMinimal: boolean;
  /** Called once there is a first line, before any is worked on. Its failure is the request's. */
  readonly begin: () => Promise<LinesWork>;
  /** How long nothing may arrive while more is expected. */
  readonly idleMilliseconds: number;
  /** Told of what nobody foresaw: the line is answered with 500. */
  readonly onError: (error: unknown) => void;
}

/** Lines that are worked on together; there are fewer where no more have come. */
const linesTogether = 512;
/** Lines under way: those of a commit, which may be three batches, and what gathers meanwhile. Long ones count for several. */
const linesAtOnce = 2100;
const bytesOfOne = 1024;

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
    const outcomes = answer(lines, first, work, options.onError);
    return Readable.from(textOf(options.isMinimal ? exceptAdded(outcomes) : outcomes), { encoding: 'utf8' });
  } catch (error) {
    await lines.return(undefined);
    throw error;
  }
}

/** The work on lines one by one, side by side. */
export function eachLine(work: (value: unknown) => Promise<Omit<LineOutcome, 'line'>>): LinesWork {
  return (values) =>
    Promise.all(
      values.map(async (value) => {
        try {
          return await work(value);
        } catch (error) {
          return { error };
        }
      }),
    );
}

/** The work on those lines together that `read` can read: it fails where one says nothing that could be done. */
export function validLines<Request>(
  read: (value: unknown) => Request,
  work: (requests: readonly Request[]) => Promise<readonly LineResult[]>,
): LinesWork {
  return async (values) => {
    const requests: Request[] = [];
    const outcomes = eachOf(values, (value) => {
      requests.push(read(value));
      return null;
    });
    if (requests.length === 0) return withoutGaps(outcomes, []);
    return withoutGaps(outcomes, await work(requests));
  };
}

async function* answer(
  batches: AsyncGenerator<readonly BodyLine[]>,
  first: IteratorResult<readonly BodyLine[]>,
  work: LinesWork,
  onError: BulkOptions['onError'],
): AsyncGenerator<readonly LineOutcome[]> {
  let last = 0;
  const all = async function* () {
    if (first.done !== true) yield first.value;
    yield* batches;
  };
  try {
    const workOn = (lines: readonly BodyLine[]) => outcomesOf(lines, work, onError);
    for await (const answered of inOrder(all(), linesAtOnce, workOn, sizeOf)) {
      for (const outcomes of answered) {
        last = outcomes.at(-1)?.line ?? last;
        yield outcomes;
      }
    }
  } catch (error) {
    yield [{ line: last + 1, ...refusalOf(error, onError) }];
  } finally {
    await batches.return(undefined);
  }
}

/** Those that were not simply added; and the last, by which a sender knows that the answer is whole. */
async function* exceptAdded(
  told: AsyncIterable<readonly LineOutcome[]>,
): AsyncGenerator<readonly LineOutcome[]> {
  let last: LineOutcome | undefined;
  for await (const outcomes of told) {
    last = outcomes.at(-1) ?? last;
    const others = outcomes.filter(({ status }) => status !== 201);
    if (others.length > 0) yield others;
  }
  if (last?.status === 201) yield [last];
}

async function* textOf(told: AsyncIterable<readonly LineOutcome[]>): AsyncGenerator<string> {
  for await (const outcomes of told) yield outcomes.map((outcome) => `${JSON.stringify(outcome)}\n`).join('');
}

function sizeOf(lines: readonly BodyLine[]): number {
  const bytes = lines.reduce((sum, line) => sum + (line.json?.length ?? 0), 0);
  return Math.max(lines.length, bytes / bytesOfOne);
}

async function outcomesOf(
  lines: readonly BodyLine[],
  work: LinesWork,
  onError: (error: unknown) => void,
): Promise<readonly LineOutcome[]> {
  const values: unknown[] = [];
  const unread = eachOf(lines, ({ json }) => {
    values.push(decoded(json));
    return null;
  });
  const worked =
    values.length === 0 ? [] : await work(values).catch((error) => values.map(() => ({ error })));
  return withoutGaps(unread, worked).map((result, place) => {
    const line = lines[place]?.line ?? 0;
    return 'error' in result ? { line, ...refusalOf(result.error, onError) } : { line, ...result };
  });
}

function decoded(json: BodyLine['json']): unknown {
  if (json === null) throw new Refusal(413, `The line is longer than ${longestLineBytes} bytes.`);
  return typeof json === 'string' ? decodeJsonText(json) : decodeJsonBody(json);
}

/** What becomes of each item at once: an error, or null. */
function eachOf<Item>(items: readonly Item[], look: (item: Item) => null): readonly (LineResult | null)[] {
  return items.map((item) => {
    try {
      return look(item);
    } catch (error) {
      return { error };
    }
  });
}

/** Puts results in the places where there is none yet. */
function withoutGaps(
  known: readonly (LineResult | null)[],
  results: readonly LineResult[],
): readonly LineResult[] {
  let next = 0;
  return known.map((each) => each ?? results[next++] ?? { error: new Error('A line has no outcome.') });
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
): AsyncGenerator<readonly BodyLine[]> {
  let bytes = 0;
  for await (const chunk of arriving(body, idleMilliseconds)) {
    bytes += chunk.length;
    if (bytes > largestBulkBytes) {
      throw new Refusal(413, `The body is larger than ${largestBulkBytes} bytes.`);
    }
    yield* batchesOf(splitter.push(chunk));
  }
  yield* batchesOf(splitter.end());
}

/** A fault comes behind all lines before it. */
function* batchesOf(lines: Iterable<BodyLine>): Generator<readonly BodyLine[]> {
  let batch: BodyLine[] = [];
  try {
    for (const line of lines) {
      if (batch.length === linesTogether) {
        yield batch;
        batch = [];
      }
      batch.push(line);
    }
  } catch (error) {
    if (batch.length > 0) yield batch;
    throw error;
  }
  if (batch.length > 0) yield batch;
}

/** The chunks of a body. Fails with 408 where none comes for too long; the time that others need does not count. */
async function* arriving(body: IncomingMessage, idleMilliseconds: number): AsyncGenerator<Buffer> {
  const chunks = body.iterator({ destroyOnReturn: false });
  const fault = faultOfBody(body);
  for (;;) {
    // What arrived before it is read all the same.
    if (fault.aborted && !body.complete && body.readableLength === 0) brokenOff();
    const next = chunks.next().catch(brokenOff);
    const { done, value } = await (fault.aborted ? next : beforeFault(next, body, fault, idleMilliseconds));
    if (done === true) return;
    yield value as Buffer;
  }
}

/** Fails with 408 where it takes too long, and with 400 where nothing can come any more. What follows a whole body is none of its. */
async function beforeFault<Chunk>(
  next: Promise<Chunk>,
  body: IncomingMessage,
  fault: AbortSignal,
  idleMilliseconds: number,
): Promise<Chunk> {
  const end = Promise.withResolvers<never>();
  const timer = setTimeout(() => end.reject(new Refusal(408)), idleMilliseconds);
  const onFault = () => body.complete || end.reject(new Refusal(400, bodyBrokeOff));
  fault.addEventListener('abort', onFault);
  try {
    return await Promise.race([next, end.promise]);
  } finally {
    clearTimeout(timer);
    fault.removeEventListener('abort', onFault);
  }
}

const bodyBrokeOff = 'The body broke off.';

function brokenOff(): never {
  throw new Refusal(400, bodyBrokeOff);
}
