import { harmlessText } from '../domain/formula.ts';
import { linesType } from './bulk.ts';
import { bodyAsRead, bodyOf } from './pieces.ts';
import type { Answer } from './route.ts';

export const tableType = 'text/csv';

/** A cell. Text comes from users; numbers and `plain` text are our own. */
export type Cell = string | number | null | { readonly plain: string };

/** A document with one long list. */
export interface ListDocument<Row> {
  readonly rows: Iterable<Row>;
  /** The name of the list: `rows` by default. */
  readonly member?: string;
  /** The members of the document before its list. */
  readonly head: object;
  readonly documentOf: (row: Row) => object;
  /** The members of the document after its list. */
  readonly tail: () => object;
}

/** What a report says, from which each of its forms is written. A row of its document is also a line of its own. */
export interface Presentation<Row> extends ListDocument<Row> {
  readonly columns: readonly string[];
  /** The lines of a table that a row makes. */
  readonly cellsOf: (row: Row) => readonly (readonly Cell[])[];
}

/** Answers in the form that the caller prefers; JSON if none is preferred. */
export function present<Row>(accept: string | undefined, presentation: Presentation<Row>): Answer {
  const type = preferredType(accept, offered);
  const { contentType, textOf } = forms[type];
  // Caches need to know, too, that the answer depends on it.
  const headers = { vary: 'Accept', 'content-type': contentType };
  return { status: 200, body: bodyOf(textOf(presentation)), headers };
}

type BodyAndHeaders = Required<Pick<Answer, 'body' | 'headers'>>;

/** An answer that is JSON whatever the caller prefers. */
export function presentDocument<Row>(document: ListDocument<Row>): BodyAndHeaders {
  return jsonOf(documentText(document));
}

/** An answer that is JSON with one member, a list under the name that the published shapes give it. */
export function presentRows<Row>(rows: readonly Row[], documentOf: (row: Row) => object): BodyAndHeaders {
  return jsonOf(listText('{"data":', rows, documentOf, '}'));
}

/** A collection as JSON, whose items are read while it is written. Fails if the first of them cannot be read. */
export async function presentCollection<Item>(
  items: AsyncIterable<Item>,
  documentOf: (item: Item) => object,
): Promise<BodyAndHeaders> {
  return { body: await bodyAsRead(collectionText(items, documentOf)), headers: ofJson };
}

function jsonOf(text: Iterable<string>): BodyAndHeaders {
  return { body: bodyOf(text), headers: ofJson };
}

const offered = ['application/json', linesType, tableType] as const;

interface Form {
  readonly contentType: string;
  readonly textOf: <Row>(presentation: Presentation<Row>) => Iterable<string>;
}

const ofJson = { 'content-type': 'application/json; charset=utf-8' };

const forms: Readonly<Record<(typeof offered)[number], Form>> = {
  'application/json': { contentType: ofJson['content-type'], textOf: documentText },
  [linesType]: { contentType: linesType, textOf: linesText },
  [tableType]: { contentType: `${tableType}; charset=utf-8`, textOf: tableText },
};

function documentText<Row>(document: ListDocument<Row>): Generator<string> {
  const { head, member = 'rows', rows, documentOf, tail } = document;
  const before = `${JSON.stringify(head).slice(0, -1)},"${member}":`;
  return listText(before, rows, documentOf, `,${JSON.stringify(tail()).slice(1)}`);
}

function* listText<Row>(
  before: string,
  rows: Iterable<Row>,
  documentOf: (row: Row) => object,
  after: string,
): Generator<string> {
  yield `${before}[`;
  let separator = '';
  for (const row of rows) {
    yield separator + JSON.stringify(documentOf(row));
    separator = ',';
  }
  yield `]${after}`;
}

async function* collectionText<Item>(
  items: AsyncIterable<Item>,
  documentOf: (item: Item) => object,
): AsyncGenerator<string, void, void> {
  let before = '[';
  for await (const item of items) {
    yield before + JSON.stringify(documentOf(item));
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

function* linesText<Row>({ rows, documentOf }: Presentation<Row>): Generator<string> {
  for (const row of rows) yield `${JSON.stringify(documentOf(row))}\n`;
}

/** CSV by RFC 4180. */
function* tableText<Row>({ columns, rows, cellsOf }: Presentation<Row>): Generator<string> {
  yield lineOf(columns);
  for (const row of rows) yield cellsOf(row).map(lineOf).join('');
}

function lineOf(cells: readonly Cell[]): string {
  return `${cells.map(writeCell).join(',')}\r\n`;
}

/**
 * Chooses by the weights of RFC 9110; among equals the most specific match, then the first that is offered, which is also the
 * choice if nothing matches.
 */
export function preferredType<Type extends string>(
  accept: string | undefined,
  offered: readonly [Type, ...Type[]],
): Type {
  const ranges = (accept ?? '*/*').split(',').map(readRange);
  const weighed = offered.map((type) => {
    const matching = ranges.filter(({ pattern }) => matches(pattern, type));
    const best = matching.toSorted((one, other) => specificity(other.pattern) - specificity(one.pattern))[0];
    return {
      type,
      weight: best?.weight ?? 0,
      specificity: best === undefined ? 0 : specificity(best.pattern),
    };
  });
  const [first] = weighed.toSorted(
    (one, other) => other.weight - one.weight || other.specificity - one.specificity,
  );
  return first === undefined || first.weight === 0 ? offered[0] : first.type;
}

function readRange(written: string): { pattern: string; weight: number } {
  const [pattern = '', ...parameters] = written.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? '1';
  return { pattern, weight: /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(weight) ? Number(weight) : 0 };
}

function matches(pattern: string, type: string): boolean {
  return pattern === type || pattern === '*/*' || pattern === `${type.split('/')[0]}/*`;
}

function specificity(pattern: string): number {
  if (pattern === '*/*') return 0;
  return pattern.endsWith('/*') ? 1 : 2;
}

/** Text of users that a spreadsheet would take for a formula is made harmless. */
function writeCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'object') return cell.plain;
  const harmless = harmlessText(cell);
  return /[",\r\n\t]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
