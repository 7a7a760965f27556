import type { HeldKind } from '../domain/customer-export.ts';
import type { HeldPage, HeldPlace, HeldRow } from './ports/customer-export.ts';

const least = Number.MIN_SAFE_INTEGER;

/** A place before the first row of each kind; ids are never empty. */
const beforeAll: Readonly<Record<HeldKind, HeldPlace>> = {
  aliases: [''],
  touches: [least],
  visitors: ['', least, ''],
  timeline: [least],
  conversions: [least],
  refunds: [least, least],
  credits: [least, least],
  refundCredits: [least, least, least],
  statedConversions: [least, least, least],
  statementLines: [least, least],
  answers: ['', ''],
  events: [least],
  webhookDeliveries: [''],
};

/** The values of a page query's parameters. */
export function heldParameters(
  place: { readonly organizationId: number; readonly customerId: string },
  kind: HeldKind,
  after: HeldPlace | null,
  limit: number,
) {
  const keys = (after ?? beforeAll[kind]).map((key, number) => [`after${number}`, key] as const);
  return { ...place, limit, ...Object.fromEntries(keys) };
}

/** A page from its rows with their keys. Fewer rows than `limit` make it the last page. */
export function heldPageOf(kind: HeldKind, rows: readonly HeldRow[], limit: number): HeldPage {
  const keyNames = beforeAll[kind].map((_key, number) => `key${number}`);
  const last = rows.at(-1);
  return {
    rows: rows.map((row) =>
      Object.fromEntries(Object.entries(row).filter(([name]) => !keyNames.includes(name))),
    ),
    end: last === undefined || rows.length < limit ? null : keyNames.map((name) => last[name] ?? ''),
  };
}
