import { type Client, NetworkError, ProblemError, TimeoutError } from '@leadsource/client';
import type { InvalidField } from '../../domain/failure.ts';
import { faultOfOccurrence, type Instant } from '../../domain/time.ts';
import { conversionFaults } from '../../http/conversion-schemas.ts';
import { furtherFaultsOf, momentRule } from '../../http/further-faults.ts';
import { spendFaults } from '../../http/spend-schemas.ts';
import { ImportedTouchInput } from '../../http/touch-schemas.ts';
import { faultsBy, validatorOf } from '../../http/validation.ts';
import { answeredLines } from '../answered-lines.ts';
import { FailedLines } from './failed-lines.ts';
import { ownTouches } from './generated-id.ts';
import type { ImportKind } from './kind.ts';
import { PackedLines } from './packed-lines.ts';
import { longestWaitSeconds } from './patience.ts';
import type { ImportRow, RowOutcome } from './row.ts';

/** What the service says about a line. */
interface LineAnswer {
  readonly line: number;
  readonly status: number;
  readonly invalidFields?: readonly InvalidField[];
  readonly detail?: string;
}

export interface SendingOptions {
  readonly kind: ImportKind;
  readonly announces: boolean;
  /** The import to which all rows belong, so that they can be undone together. */
  readonly importId: string;
  /** Those that rows had where they were exported, by place: rows that are this service's own are not sent. */
  readonly generatedIds: ReadonlyMap<number, string>;
  /** The lines of the file that rows come from, by place. */
  readonly firstLines: readonly number[];
  readonly wait: (milliseconds: number) => Promise<void>;
}

const validateTouch = validatorOf(ImportedTouchInput);

/** The faults that the API would find in a row, in its words. */
export const rowFaults: Readonly<Record<ImportKind, (row: ImportRow) => readonly InvalidField[]>> = {
  touches: (row) => faultsBy(validateTouch, row),
  conversions: conversionFaults,
  spend: spendFaults,
};

/** As `rowFaults`, for rows that are not sent, with what the service would find by its clock. */
export function faultsWithoutService(
  kind: ImportKind,
  now: () => Instant,
): (row: ImportRow) => readonly InvalidField[] {
  const aheadOfTime = furtherFaultsOf({ occurredTime: momentRule(faultOfOccurrence, now) });
  return (row) => [...rowFaults[kind](row), ...aheadOfTime(row)];
}

const attempts = 6;
const firstPauseMilliseconds = 500;
/** Statuses of a line, or of a call, after which it may be sent again: the service could not do it at that moment. */
const passing: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Sends rows, each a line of JSON, and returns the outcome of each. Since rows have ids, or a place of their own, whatever got
 * lost on the way is sent again. A row for which the service fails again and again, while it stores others, is refused. Fails if
 * the service cannot be reached for long, asks for too long a wait, stores nothing, or refuses the call as a whole.
 */
export async function sendRows(
  client: Client,
  lines: PackedLines,
  options: SendingOptions,
): Promise<readonly RowOutcome[]> {
  const own = await ownTouches(client, lines, options.generatedIds);
  const outcomes = Array.from(
    { length: lines.count },
    (_, place): RowOutcome | null => own.get(place) ?? null,
  );
  let open = Array.from(outcomes.keys());
  if (own.size > 0) open = open.filter((place) => !own.has(place));
  const failed = new FailedLines();
  for (let attempt = 1; open.length > 0; attempt += 1) {
    const sent = open.length === lines.count ? lines : some(lines, open);
    const statements = statementsOf(await attemptToSend(client, sent, options, attempt));
    const left = open.filter((place, index) => {
      const { outcome, answer } = statements(index + 1);
      outcomes[place] = outcome;
      if (outcome === null && answer !== undefined) failed.note(place, answer);
      return outcome === null;
    });
    if (left.length === 0) break;
    if (attempt === attempts) {
      const isStoring = outcomes.some((outcome, place) => isStored(outcome) && !own.has(place));
      if (!isStoring || !failed.areBad(left)) throw failed.error(left, options.firstLines);
      for (const place of left) outcomes[place] = failed.refusal(place);
      break;
    }
    open = left;
    await options.wait(firstPauseMilliseconds * 2 ** (attempt - 1));
  }
  return outcomes.filter((outcome) => outcome !== null);
}

function isStored(outcome: RowOutcome | null): boolean {
  return outcome === 'added' || outcome === 'known';
}

function some(lines: PackedLines, places: readonly number[]): PackedLines {
  const chosen = new PackedLines();
  for (const place of places) chosen.add(lines.at(place));
  return chosen;
}

interface Statement {
  /** Null if the line has to be sent again. */
  readonly outcome: RowOutcome | null;
  readonly answer: LineAnswer | undefined;
}

/**
 * What an answer says about a line. The service leaves out lines that it added, except for the last, so nothing is known about
 * lines after the last one it mentions.
 */
function statementsOf(answers: readonly LineAnswer[] | null): (line: number) => Statement {
  const told = new Map((answers ?? []).map((answer) => [answer.line, answer]));
  const last = answers?.at(-1)?.line ?? 0;
  return (line) => {
    const answer = told.get(line);
    if (answer === undefined) return line < last ? storedUntold : { outcome: null, answer };
    const isPassing = passing.has(answer.status) || answer.status === bodyBroken;
    return { outcome: isPassing ? null : outcomeOf(answer), answer };
  };
}

const storedUntold: Statement = { outcome: 'added', answer: undefined };
/** For a line it means that it did not fully arrive, since what is sent here is JSON. */
const bodyBroken = 400;

/** Null if the answer, or a part of it, did not arrive. */
async function attemptToSend(
  client: Client,
  lines: PackedLines,
  options: SendingOptions,
  attempt: number,
): Promise<readonly LineAnswer[] | null> {
  try {
    return (await calls[options.kind](client, lines, options)) as readonly LineAnswer[];
  } catch (error) {
    if (!mayPass(error) || attempt === attempts) throw error;
    return null;
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof NetworkError || error instanceof TimeoutError) return true;
  if (!(error instanceof ProblemError) || !passing.has(error.status)) return false;
  return (error.retryAfterSeconds ?? 0) <= longestWaitSeconds;
}

type Call = (client: Client, lines: PackedLines, options: SendingOptions) => PromiseLike<unknown>;

const prefer = 'return=minimal';

const calls: Readonly<Record<ImportKind, Call>> = {
  touches: (client, { bytes: lines }, { announces: announce, importId }) =>
    answersOf(client.postLeadSourceCollection({ lines, announce, import: importId, prefer })),
  conversions: (client, { bytes: lines }, { announces: announce }) =>
    answersOf(client.postConversionBulk({ lines, announce, prefer })),
  spend: putSpend,
};

async function answersOf(call: { response(): Promise<Response> }): Promise<readonly unknown[]> {
  const answers: unknown[] = [];
  for await (const some of answeredLines(await call.response())) answers.push(...some);
  return answers;
}

/** The body is an array without white space, which may have at most 64 KiB. */
const bytesOfSpend = 60_000;

/**
 * One call after the other, since of several rows for the same place the last one counts. Each call stores all of its rows, or
 * fails.
 */
async function putSpend(client: Client, lines: PackedLines): Promise<readonly LineAnswer[]> {
  let [rows, bytes]: [unknown[], number] = [[], 0];
  for (let place = 0; place < lines.count; place++) {
    const line = lines.at(place);
    const size = Buffer.byteLength(line) + 1;
    if (bytes + size > bytesOfSpend) {
      await client.putSpend({ body: rows as never });
      [rows, bytes] = [[], 0];
    }
    rows.push(JSON.parse(line));
    bytes += size;
  }
  // The rows have been judged before they are sent.
  if (rows.length > 0) await client.putSpend({ body: rows as never });
  return Array.from({ length: lines.count }, (_, place) => ({ line: place + 1, status: 201 }));
}

function outcomeOf({ status, invalidFields, detail }: LineAnswer): RowOutcome {
  if (status === 201) return 'added';
  if (status === 200) return 'known';
  return { faults: invalidFields ?? [{ field: '', message: detail ?? `was refused with ${status}` }] };
}
