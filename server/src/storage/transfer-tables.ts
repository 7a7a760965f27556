import type { Selectable } from 'kysely';
import type { Schema } from './schema.ts';
import { affiliateFates } from './transfer-affiliate-tables.ts';
import { moneyFates } from './transfer-money-tables.ts';
import { visitorFates } from './transfer-visitor-tables.ts';

/** An integer is a number if that is exact, else a bigint. */
export type Cell = string | number | bigint | null | Uint8Array;
export type TransferRow = Readonly<Record<string, Cell>>;
export type ColumnType = 'text' | 'bigint' | 'double precision' | 'bytea';

type TypeOf<Value> = [Value] extends [string | null]
  ? 'text'
  : [Value] extends [number | null]
    ? 'bigint' | 'double precision'
    : [Value] extends [Uint8Array | null]
      ? 'bytea'
      : never;

interface Moves<Row> {
  /** The key of the table, after the organization. */
  readonly key: readonly (keyof Row & string)[];
  readonly columns: { readonly [Column in keyof Row]-?: TypeOf<Row[Column]> };
  /** Whether its rows let callers in: such tables come last, so that nobody is served half of the rest. */
  readonly opens?: true;
}

interface Stays {
  /** Why its rows are not moved. */
  readonly stays: string;
}

const sharedByDeliveriesAndEvents = {
  cause: 'text',
  sequence: 'bigint',
  occurred_time: 'bigint',
  current_touch_key: 'bigint',
  previous_touch_key: 'bigint',
  original_touch_key: 'bigint',
  merged_customer_id: 'text',
} as const;

/** What happens to the rows of every table; the type ensures that no table or column is forgotten. */
export const fates = {
  lead_source_tuples: {
    key: ['tuple_id'],
    columns: {
      organization_id: 'bigint',
      tuple_id: 'bigint',
      digest: 'bytea',
      medium: 'text',
      source: 'text',
      campaign: 'text',
      term: 'text',
      content: 'text',
      affiliate: 'text',
      sub_affiliate: 'text',
      sales_agent: 'text',
      referrer_host: 'text',
      click_id_kind: 'text',
    },
  },
  actors: {
    key: ['actor_id'],
    columns: { organization_id: 'bigint', actor_id: 'bigint', actor: 'text' },
  },
  customers: {
    key: ['customer_id'],
    columns: {
      organization_id: 'bigint',
      customer_id: 'text',
      website_id: 'text',
      custom_fields: 'text',
      revision: 'bigint',
      created_time: 'bigint',
      updated_time: 'bigint',
      lead_source_revision: 'bigint',
      lead_source_created_time: 'bigint',
      lead_source_updated_time: 'bigint',
      latest_occurred_time: 'bigint',
      original_touch_key: 'bigint',
      current_touch_key: 'bigint',
      first_conversion_time: 'bigint',
      latest_conversion_time: 'bigint',
    },
  },
  customer_aliases: {
    key: ['alias_id'],
    columns: { organization_id: 'bigint', alias_id: 'text', customer_id: 'text' },
  },
  touches: {
    key: ['customer_id', 'touch_key'],
    columns: {
      organization_id: 'bigint',
      customer_id: 'text',
      touch_key: 'bigint',
      occurred_time: 'bigint',
      recorded_time: 'bigint',
      origin: 'bigint',
      actor_id: 'bigint',
      tuple_id: 'bigint',
      click_id: 'text',
      path: 'text',
      referrer: 'text',
      import_key: 'bigint',
      given_id: 'text',
    },
  },
  imports: {
    key: ['import_key'],
    columns: {
      organization_id: 'bigint',
      import_key: 'bigint',
      import_id: 'text',
      kind: 'text',
      status: 'text',
      added_touches: 'bigint',
      actor: 'text',
      undone_by: 'text',
      undoing_announces: 'bigint',
      created_time: 'bigint',
      updated_time: 'bigint',
    },
  },
  ...visitorFates,
  events: {
    key: ['event_key'],
    columns: {
      organization_id: 'bigint',
      event_key: 'bigint',
      customer_id: 'text',
      type: 'text',
      ...sharedByDeliveriesAndEvents,
    },
  },
  webhooks: {
    key: ['webhook_id'],
    columns: {
      organization_id: 'bigint',
      webhook_id: 'text',
      status: 'text',
      url: 'text',
      events_filter: 'text',
      headers: 'text',
      secret: 'text',
      previous_secret: 'text',
      previous_secret_expires_time: 'bigint',
      failing_since_time: 'bigint',
      deactivation: 'text',
      created_time: 'bigint',
      updated_time: 'bigint',
    },
  },
  webhook_deliveries: {
    key: ['delivery_id'],
    columns: {
      organization_id: 'bigint',
      delivery_id: 'text',
      webhook_id: 'text',
      event_key: 'bigint',
      event_type: 'text',
      customer_id: 'text',
      ...sharedByDeliveriesAndEvents,
      status: 'text',
      attempts: 'bigint',
      next_time: 'bigint',
      initiated_time: 'bigint',
      duration_milliseconds: 'bigint',
      url: 'text',
      response_status: 'bigint',
      error: 'text',
      response: 'text',
      created_time: 'bigint',
      updated_time: 'bigint',
    },
  },
  timeline_entries: {
    key: ['customer_id', 'entry_key'],
    columns: {
      organization_id: 'bigint',
      customer_id: 'text',
      entry_key: 'bigint',
      type: 'text',
      cause: 'text',
      occurred_time: 'bigint',
      actor_id: 'bigint',
      merged_customer_id: 'text',
    },
  },
  idempotency_records: {
    key: ['idempotency_key', 'route'],
    columns: {
      organization_id: 'bigint',
      idempotency_key: 'text',
      route: 'text',
      customer_id: 'text',
      content_digest: 'text',
      answer: 'text',
      created_time: 'bigint',
    },
  },
  erasures: {
    key: ['erasure_id'],
    columns: {
      organization_id: 'bigint',
      erasure_id: 'text',
      hashes: 'text',
      actor: 'text',
      erased_time: 'bigint',
    },
  },
  ...moneyFates,
  ...affiliateFates,
  key_ranges: {
    key: ['noun'],
    columns: { organization_id: 'bigint', noun: 'text', next_key: 'bigint' },
  },
  setting_changes: {
    key: ['change_key'],
    columns: {
      organization_id: 'bigint',
      change_key: 'bigint',
      action: 'text',
      subject: 'text',
      actor: 'text',
      occurred_time: 'bigint',
    },
  },
  setting_versions: {
    key: ['setting', 'version'],
    columns: {
      organization_id: 'bigint',
      setting: 'text',
      version: 'bigint',
      content: 'text',
      actor: 'text',
      created_time: 'bigint',
    },
  },
  api_key_uses: {
    key: ['key_id'],
    columns: { organization_id: 'bigint', key_id: 'text', last_used_time: 'bigint' },
  },
  signing_keys: {
    key: ['key_id'],
    columns: { key_id: 'text', public_jwk: 'text', private_jwk: 'text', created_time: 'bigint' },
    opens: true,
  },
  organizations: {
    key: ['organization_id'],
    columns: {
      organization_id: 'bigint',
      public_id: 'text',
      name: 'text',
      environment: 'text',
      rate_limit: 'text',
      created_time: 'bigint',
      updated_time: 'bigint',
    },
    opens: true,
  },
  api_keys: {
    key: ['key_id'],
    columns: {
      organization_id: 'bigint',
      key_id: 'text',
      type: 'text',
      description: 'text',
      acl: 'text',
      allowed_ips: 'text',
      allowed_origins: 'text',
      expires_time: 'bigint',
      secret_hash: 'bytea',
      created_time: 'bigint',
      updated_time: 'bigint',
    },
    opens: true,
  },
  outbox_claims: { stays: 'A claim is a running process, and none runs while its database is moved.' },
  call_counts: {
    stays: 'The embedded engine counts calls in memory, so that a window begins anew with each start.',
  },
} as const satisfies {
  readonly [Table in keyof Schema]: Moves<Selectable<Schema[Table]>> | Stays;
};

/** A table whose rows are moved. */
export interface TransferTable {
  readonly name: keyof Schema;
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, ColumnType>>;
  readonly opens: boolean;
}

const entries = Object.entries(fates) as readonly (readonly [keyof Schema, Moves<TransferRow> | Stays])[];

/** In the order they are moved. */
export const transferTables: readonly TransferTable[] = entries.flatMap(([name, fate]) =>
  'stays' in fate ? [] : [{ name, key: fate.key, columns: fate.columns, opens: fate.opens === true }],
);

/** The key of a row within its stretch. */
export function keyOf({ key }: TransferTable, row: TransferRow): readonly Cell[] {
  return key.map((column) => row[column] ?? null);
}

/** Rows as text: equal rows give equal text on every engine, different rows different text. */
export function canonicalText({ columns }: TransferTable, rows: readonly TransferRow[]): string {
  const names = Object.keys(columns);
  return rows.map((row) => `${JSON.stringify(names.map((name) => canonicalCell(row[name])))}\n`).join('');
}

function canonicalCell(cell: Cell | undefined): string | number | null {
  if (cell === undefined) throw new TypeError('A row lacks a column.');
  if (typeof cell === 'bigint') return String(cell);
  return cell instanceof Uint8Array ? Buffer.from(cell).toString('hex') : cell;
}
