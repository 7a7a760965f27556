import { Buffer } from 'node:buffer';
import { linesType } from './bulk.ts';
import type { Answer } from './route.ts';

export const tableType = 'text/csv';

/** A cell. Text comes from users; numbers and `plain` text are our own. */
export type Cell = string | number | null | { readonly plain: string };

/** The forms in which a report can be answered. */
export interface Presentation {
  readonly document: () => object;
  /** One object per line. */
  readonly lines: () => readonly object[];
  readonly columns: readonly string[];
  readonly table: () => readonly (readonly Cell[])[];
}

/** Answers in the form that the caller prefers; JSON if none is preferred. */
export function present(accept: string | undefined, presentation: Presentation): Answer {
  const type = preferredType(accept, offered);
  // Caches need to know, too, that the answer depends on it.
  const headers = { vary: 'Accept' };
  if (type === tableType) {
    const text = writeTable(presentation.columns, presentation.table());
    return {
      status: 200,
      body: Buffer.from(text),
      headers: { ...headers, 'content-type': `${tableType}; charset=utf-8` },
    };
  }
  if (type === linesType) {
    const text = presentation
      .lines()
      .map((line) => `${JSON.stringify(line)}\n`)
      .join('');
    return { status: 200, body: Buffer.from(text), headers: { ...headers, 'content-type': linesType } };
  }
  return { status: 200, body: presentation.document(), headers };
}

const offered = ['application/json', linesType, tableType] as const;

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

/** CSV by RFC 4180. */
export function writeTable(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = [columns, ...rows].map((cells) => `${cells.map(writeCell).join(',')}\r\n`);
  return lines.join('');
}

/** Text of users that a spreadsheet would take for a formula is made harmless. */
function writeCell(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'object') return cell.plain;
  const harmless = /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n\t]|^\s|\s$/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
