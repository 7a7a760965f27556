import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Failure, type InvalidField } from '../domain/failure.ts';
import type { Instant } from '../domain/time.ts';
import { inOrder } from './in-order.ts';
import { decodeJsonBody, decodeJsonText } from './json.ts';
import {
  ArrayValues,
  type BodyLine,
  type LineSplitter,
  longestLineBytes,
  TextLines,
} from './line-splitter.ts';
import { problemOf, Refusal } from './problem.ts';
import { faultOfBody } from './transport.ts';

export const linesType = 'application/x-ndjson';
export const largestBulkBytes = 64 * 1024 * 1024;

/** What the description of each bulk operation says about lines that the storage did not keep. */
export const onRefusedLines =
  'A line answered with 503 could not be stored at that moment, or nobody knows whether it was; the lines after it ' +
  'are still tried. Send it again after five seconds: with an `id`, it is then answered with 200 if it had been ' +
  'stored. If the storage is not available before the first line, the whole call may be answered with 503.';

/** What routes that read lines are made with. */
export interface LinesRouteOptions {
  /** How long a body may pause. */
  readonly idleMilliseconds: number;
  readonly now: () => Instant;
}

/** What became of a line. */
export interface LineOutcome {
  readonly line: number;
  readonly status: number;
  readonly invalidFields?: readonly InvalidField[];
  readonly detail?: string;
}

/** The same without the line's number, or the error for which there is no outcome. */
export type LineResult = Omit<LineOutcome, 'line'> | { readonly error: unknown };

/** Does what the values of lines ask for, and returns the outcome of each, in order. A line's failure affects no other. */
export type LinesWork = (values: readonly unknown[]) => Promise<readonly LineResult[]>;

export interface BulkOptions {
  /** Leaves lines that were added out of the answer, except for the last line of the body. */
  readonly isMinimal: boolean;
  /** Called once there is a first line, before any is worked on. If it fails, so does the request. */
  readonly begin: () => Promise<LinesWork>;
  /** How long the body may pause while more of it is expected. */
  readonly idleMilliseconds: number;
  /** Receives unexpected errors, for which the line is answered with 500. */
  readonly onError: (error: unknown) => void;
}

/** The most lines that are worked on together; fewer if no more have arrived. */
const linesTogether = 512;
/**
 * How many lines may be under way: those of a commit, which may be three batches, and those that gather meanwhile. A long line
 * counts as several.
 */
const linesAtOnce = 2100;
const bytesOfOne = 1024;

/**
 * Answers a body line by line, in order, as it arrives: a JSON array or, if its type says so, one value per line. If the first
 * line cannot be read, this fails like any request; if a later one cannot, the last line of the answer says why.
 */
export async function answerLines(body: IncomingMessage, options: BulkOptions): Promise<Readable> {
  const isText = body.headers['content-type']?.toLowerCase().startsWith(linesType) === true;
  const lines = linesOf(body, isText ? new TextLines() : new ArrayValues(), options.idleMilliseconds);
  // A fault can be the whole answer only as long as there is none yet.
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

/** Works on each line by itself, all of them concurrently. */
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

/** Works together on the lines that `read` accepts; `read` throws for a line that asks for nothing valid. */
export function validLines<Request>(
  read: (value: unknown) => Request,
  work: (requests: readonly Request[]) => Promise<readonly LineResult[]>,
): LinesWork {
  return async (values) => {
    const { accepted, refusals } = readEach(values, read);
    return withoutGaps(refusals, accepted.length === 0 ? [] : await work(accepted));
  };
}

async function* answer(
  batches: AsyncGenerator<readonly BodyLine[]>,
  first: IteratorResult<readonly BodyLine[]>,
  work: LinesWork,
  onError: BulkOptions['onError'],
): AsyncGenerator<readonly LineOutcome[]> {
  let last = 0;
  let areRefused = false;
  const all = async function* () {
    if (first.done !== true) yield first.value;
    for await (const lines of batches) {
      // What is refused takes no turn of the event loop, as what is stored does.
      if (areRefused) await nextTurn();
      yield lines;
    }
  };
  try {
    const workOn = async (lines: readonly BodyLine[]) => {
      const outcomes = await outcomesOf(lines, work, onError);
      areRefused = outcomes.some(({ status }) => status >= 400);
      return outcomes;
    };
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

/** Outcomes other than a plain 201, and the last one, which shows the sender that the answer is complete. */
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
  const { accepted: values, refusals } = readEach(lines, ({ json }) => decoded(json));
  const worked =
    values.length === 0 ? [] : await work(values).catch((error) => values.map(() => ({ error })));
  return withoutGaps(refusals, worked).map((result, place) => {
    const line = lines[place]?.line ?? 0;
    return 'error' in result ? { line, ...refusalOf(result.error, onError) } : { line, ...result };
  });
}

function decoded(json: BodyLine['json']): unknown {
  if (json === null) throw new Refusal(413, `The line is longer than ${longestLineBytes} bytes.`);
  return typeof json === 'string' ? decodeJsonText(json, 'The line') : decodeJsonBody(json, 'The line');
}

/** What `read` made of the items that it accepts; and for each item the error that it threw, or null. */
function readEach<Item, Value>(
  items: readonly Item[],
  read: (item: Item) => Value,
): { readonly accepted: readonly Value[]; readonly refusals: readonly (LineResult | null)[] } {
  const accepted: Value[] = [];
  const refusals = items.map((item) => {
    try {
      accepted.push(read(item));
      return null;
    } catch (error) {
      return { error };
    }
  });
  return { accepted, refusals };
}

/** Fills the places without a refusal with the results, in order. */
function withoutGaps(
  refusals: readonly (LineResult | null)[],
  results: readonly LineResult[],
): readonly LineResult[] {
  let next = 0;
  return refusals.map(
    (refusal) => refusal ?? results[next++] ?? { error: new Error('A line has no outcome.') },
  );
}

function refusalOf(error: unknown, onError: (error: unknown) => void): Omit<LineOutcome, 'line'> {
  if (error instanceof Failure && error.code === 'invalid') {
    return { status: 422, invalidFields: error.invalidFields };
  }
  const { status, detail } = problemOf(error, '');
  if (status === 500) onError(error);
  return { status, detail };
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

/** Yields all lines before a fault ahead of it. */
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

/** The chunks of a body. Fails with 408 if none comes for too long; time taken by the consumer does not count. */
async function* arriving(body: IncomingMessage, idleMilliseconds: number): AsyncGenerator<Buffer> {
  const chunks = body.iterator({ destroyOnReturn: false });
  const fault = faultOfBody(body);
  for (;;) {
    // What arrived before the fault is still read.
    if (fault.aborted && !body.complete && body.readableLength === 0) brokenOff();
    const next = chunks.next().catch(brokenOff);
    const { done, value } = await (fault.aborted ? next : beforeFault(next, body, fault, idleMilliseconds));
    if (done === true) return;
    yield value as Buffer;
  }
}

/**
 * Fails with 408 if it takes too long, and with 400 once nothing more can come. A fault after a complete body does not concern
 * it.
 */
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
