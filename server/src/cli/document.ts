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

/** Rows in columns under their headings. Nothing in a cell can move the cursor or begin a new line. */
export function tableText(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [headings, ...rows.map((row) => row.map(printable))];
  const widths = headings.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

export function printable(text: string): string {
  return text.replaceAll(/\p{C}/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
}

function timeOrNull(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant);
}
