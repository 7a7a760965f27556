import { type RawBuilder, type SqlBool, sql } from 'kysely';
import type { SharedKey } from '../../domain/offline-conversion.ts';
import type { OfflineConversionRow } from '../rows/offline-conversion.ts';

type Keyed = Pick<OfflineConversionRow, 'conversion_id' | 'customer_id' | 'order_id' | 'occurred_time'>;

interface Form {
  /** The key, in SQL and for a row already read. */
  readonly written: RawBuilder<string>;
  readonly of: (row: Keyed) => string;
  /** The expression to search by in order to find conversions that may share the key. */
  readonly lookedFor: RawBuilder<string>;
  readonly lookedForOf: (row: Keyed) => string;
}

const order = sql<string>`coalesce(order_id, conversion_id)`;
const orderOf = (row: Keyed): string => row.order_id ?? row.conversion_id;

const forms: Readonly<Record<SharedKey, Form>> = {
  order: { written: order, of: orderOf, lookedFor: order, lookedForOf: orderOf },
  'customer-second': {
    written: sql<string>`cast(occurred_time / 1000 as text) || ' ' || customer_id`,
    of: (row) => `${Math.trunc(row.occurred_time / 1000)} ${row.customer_id}`,
    lookedFor: sql<string>`customer_id`,
    lookedForOf: (row) => row.customer_id,
  },
};

/** The values to search for, for the `isAmong` of `sharedKeys`. */
export function lookedFor(key: SharedKey, rows: readonly Keyed[]): readonly string[] {
  return [...new Set(rows.map(forms[key].lookedForOf))];
}

/** Selects the keys that more than one conversion has. */
export function sharedKeys(
  key: SharedKey,
  organizationId: RawBuilder<unknown>,
  isAmong: (text: RawBuilder<string>) => RawBuilder<SqlBool>,
): RawBuilder<{ readonly shared: string }> {
  const { written, lookedFor: text } = forms[key];
  return sql`
    select ${written} as shared from conversions
    where organization_id = ${organizationId} and ${isAmong(text)}
    group by ${written} having count(*) > 1`;
}

/** Whether a conversion shares its key, given the result of `sharedKeys`. */
export function sharedBy(
  key: SharedKey,
  found: readonly { readonly shared: string }[],
): (row: Keyed) => boolean {
  const shared = new Set(found.map((row) => row.shared));
  return (row) => shared.has(forms[key].of(row));
}
