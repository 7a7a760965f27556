import type { ApiKey } from '../domain/api-key.ts';
import { formatRateLimit, type Organization } from '../domain/organization.ts';
import { formatInstant, type Instant } from '../domain/time.ts';

// What `--json` shows, with the names and forms of the HTTP API.

export function apiKeyDocument(key: ApiKey) {
  return {
    ...key,
    expiresTime: timeOrNull(key.expiresTime),
    lastUsedTime: timeOrNull(key.lastUsedTime),
    createdTime: formatInstant(key.createdTime),
    updatedTime: formatInstant(key.updatedTime),
  };
}

export function organizationDocument(organization: Organization) {
  const { rateLimit } = organization;
  return {
    ...organization,
    rateLimit: rateLimit === null ? null : formatRateLimit(rateLimit),
    createdTime: formatInstant(organization.createdTime),
    updatedTime: formatInstant(organization.updatedTime),
  };
}

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** A column of a table, by its heading; numbers are aligned on the right. */
export interface Column {
  readonly heading: string;
  readonly isNumber: boolean;
}

/** Rows in columns under their headings. Nothing in a cell can move the cursor or begin a new line. */
export function tableText(
  columns: readonly (Column | string)[],
  rows: readonly (readonly string[])[],
): string {
  const all = columns.map((each) => (typeof each === 'string' ? { heading: each, isNumber: false } : each));
  const lines = [all.map(({ heading }) => heading), ...rows.map((row) => row.map(printable))];
  const widths = all.map((_, place) =>
    lines.reduce((widest, line) => Math.max(widest, line[place]?.length ?? 0), 0),
  );
  const cellText = (cell: string, place: number): string => {
    const width = widths[place] ?? 0;
    return all[place]?.isNumber === true ? cell.padStart(width) : cell.padEnd(width);
  };
  return lines.map((line) => `${line.map(cellText).join('  ').trimEnd()}\n`).join('');
}

export function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

function timeOrNull(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant);
}
