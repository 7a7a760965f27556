import { harmlessText } from './formula.ts';
import type { OfflineFile, Told } from './offline-conversion.ts';
import { eachWithPauses, type WithPauses } from './pauses.ts';

export type FileContent = Pick<OfflineFile, 'mediaType' | 'content'>;

/** The cells of each column, by its name in the file. */
type Columns = Readonly<Record<string, (told: Told) => string>>;

/**
 * A table, below lines with parameters. A platform takes each text as it is: those that a spreadsheet would run are to be left out
 * before, and are made harmless here lest one was forgotten.
 */
export function* csv(
  parameters: readonly string[],
  rows: readonly Told[],
  columns: Columns,
): WithPauses<FileContent> {
  const cellsOf = Object.values(columns);
  const lines = [...parameters, Object.keys(columns).join(',')];
  yield* eachWithPauses(rows, (told) => {
    lines.push(cellsOf.map((cellOf) => quoted(cellOf(told))).join(','));
  });
  return { mediaType: 'text/csv', content: `${lines.join('\r\n')}\r\n` };
}

function quoted(text: string): string {
  const harmless = harmlessText(text);
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export function* json(body: unknown): WithPauses<FileContent> {
  yield;
  return { mediaType: 'application/json', content: JSON.stringify(body) };
}
