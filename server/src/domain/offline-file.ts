import type { OfflineFile, Told } from './offline-conversion.ts';

export type FileContent = Pick<OfflineFile, 'mediaType' | 'content'>;

/** The cells of each column, by its name in the file. */
type Columns = Readonly<Record<string, (told: Told) => string>>;

/** A table, below lines with parameters. */
export function csv(parameters: readonly string[], rows: readonly Told[], columns: Columns): FileContent {
  const cellsOf = Object.values(columns);
  const header = Object.keys(columns).join(',');
  const lines = rows.map((told) => cellsOf.map((cellOf) => quoted(cellOf(told))).join(','));
  return {
    mediaType: 'text/csv',
    content: [...parameters, header, ...lines].map((line) => `${line}\r\n`).join(''),
  };
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function json(body: unknown): FileContent {
  return { mediaType: 'application/json', content: JSON.stringify(body) };
}
