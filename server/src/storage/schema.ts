import type { Generated } from 'kysely';
import type {
  AffiliateAccountRow,
  AffiliateClickRow,
  AffiliateLineRow,
  AffiliatePeriodRow,
} from './affiliate-rows.ts';
import type { MoneyTables } from './money-schema.ts';

/**
 * The tables, the same on every engine. Each key starts with the organization, then the customer if there is one, so that the
 * rows of an organization can live on one shard. Times are milliseconds since the Unix epoch.
 */
export interface Schema extends MoneyTables {
  organizations: OrganizationRow;
  api_keys: ApiKeyRow;
  api_key_uses: { organization_id: number; key_id: string; last_used_time: number };
  setting_changes: SettingChangeRow;
  setting_versions: SettingVersionRow;
  signing_keys: { key_id: string; public_jwk: string; private_jwk: string; created_time: number };
  customers: CustomerRow;
  customer_aliases: { organization_id: number; alias_id: string; customer_id: string };
  touches: TouchRow;
  imports: ImportRow;
  lead_source_tuples: TupleRow;
  actors: { organization_id: number; actor_id: number; actor: string };
  key_ranges: { organization_id: number; noun: string; next_key: number };
  events: EventRow;
  webhooks: WebhookRow;
  webhook_deliveries: WebhookDeliveryRow;
  timeline_entries: TimelineEntryRow;
  idempotency_records: IdempotencyRecordRow;
  affiliate_periods: AffiliatePeriodRow;
  affiliate_lines: AffiliateLineRow;
  affiliate_accounts: AffiliateAccountRow;
  affiliate_clicks: AffiliateClickRow;
  visitors: VisitorRow;
  visitor_links: VisitorLinkRow;
  visitor_touches: VisitorTouchRow;
  erasures: ErasureRow;
  outbox_claims: { organization_id: number; holder: string; claimed_until: number };
  /** Only on engines where several processes share a database. */
  call_counts: CallCountRow;
}

export interface OrganizationRow {
  /** A small number that stands for the organization in every other table; `public_id` is the id that callers see. */
  organization_id: Generated<number>;
  public_id: string;
  name: string | null;
  environment: string;
  rate_limit: string | null;
  created_time: number;
  updated_time: number;
}

export interface ApiKeyRow {
  organization_id: number;
  key_id: string;
  type: string;
  description: string | null;
  acl: string;
  allowed_ips: string;
  allowed_origins: string;
  expires_time: number | null;
  secret_hash: Uint8Array;
  created_time: number;
  updated_time: number;
}

export interface SettingChangeRow {
  organization_id: number;
  change_key: number;
  action: string;
  subject: string;
  actor: string;
  occurred_time: number;
}

/** Rows are only ever added. A setting that an organization never changed has none. */
export interface SettingVersionRow {
  organization_id: number;
  setting: string;
  version: number;
  /** JSON; null for the program's default. */
  content: string | null;
  actor: string;
  created_time: number;
}

export interface CustomerRow {
  organization_id: number;
  customer_id: string;
  website_id: string | null;
  /** A JSON object; null for an empty one. */
  custom_fields: string | null;
  revision: number;
  created_time: number;
  updated_time: number;
  lead_source_revision: number;
  /** Null if it equals the moment of the original touch, as it usually does. */
  lead_source_created_time: number | null;
  /** Null if it equals the moment of the current touch. */
  lead_source_updated_time: number | null;
  /** Always set by this version; null in older rows, where it equals the moment of the current touch. */
  latest_occurred_time: number | null;
  /** Both are null if there is no lead source. */
  original_touch_key: number | null;
  current_touch_key: number | null;
  /** When its first and its latest conversion occurred. Both are null if there are none. */
  first_conversion_time: number | null;
  latest_conversion_time: number | null;
}

export interface TouchRow {
  organization_id: number;
  /** While a visitor is unlinked, its touches belong to its `unlinkedOwner`, which is no customer id. */
  customer_id: string;
  touch_key: number;
  occurred_time: number;
  recorded_time: number;
  /** An index into the domain's `touchOrigins`. */
  origin: number;
  actor_id: number;
  tuple_id: number;
  click_id: string | null;
  path: string | null;
  referrer: string | null;
  /** The import that added it; null for most. */
  import_key: number | null;
  /** The id its sender gave it, unique within the organization. */
  given_id: string | null;
}

/** The columns most reads need: those of the lead source, without the touch's provenance. */
export type LeadTouchRow = Omit<TouchRow, 'import_key' | 'given_id'>;

/** A group of touches sent together. */
export interface ImportRow {
  organization_id: number;
  import_key: number;
  import_id: string;
  kind: string;
  status: string;
  added_touches: number;
  actor: string;
  undone_by: string | null;
  /** 1 if webhooks are told of what undoing it changes, else 0. */
  undoing_announces: number;
  created_time: number;
  updated_time: number;
}

/** The part of a lead source that repeats. Rows are only ever added, so they can be cached for good. */
export interface TupleRow {
  organization_id: number;
  tuple_id: number;
  /** The first 16 bytes of SHA-256 over the members, by which a tuple is looked up. */
  digest: Uint8Array;
  medium: string | null;
  source: string | null;
  campaign: string | null;
  term: string | null;
  content: string | null;
  affiliate: string | null;
  sub_affiliate: string | null;
  sales_agent: string | null;
  referrer_host: string | null;
  click_id_kind: string | null;
}

export interface EventRow {
  organization_id: number;
  event_key: number;
  customer_id: string;
  type: string;
  cause: string | null;
  sequence: number;
  occurred_time: number;
  current_touch_key: number | null;
  previous_touch_key: number | null;
  original_touch_key: number | null;
  merged_customer_id: string | null;
}

export interface WebhookRow {
  organization_id: number;
  webhook_id: string;
  status: string;
  url: string;
  /** Both are JSON arrays. */
  events_filter: string;
  headers: string;
  secret: string;
  previous_secret: string | null;
  previous_secret_expires_time: number | null;
  failing_since_time: number | null;
  deactivation: string | null;
  created_time: number;
  updated_time: number;
}

/** An event on its way to one webhook. Its contents are looked up when it is sent, so none are stored here. */
export interface WebhookDeliveryRow extends Omit<EventRow, 'type'> {
  delivery_id: string;
  webhook_id: string;
  event_type: string;
  status: string;
  attempts: number;
  /** Null once no further attempt is due. */
  next_time: number | null;
  /** From here to `response`: the last attempt. */
  initiated_time: number | null;
  duration_milliseconds: number | null;
  url: string | null;
  response_status: number | null;
  error: string | null;
  response: string | null;
  created_time: number;
  updated_time: number;
}

/** Events in the lives of customers that no other row records. */
export interface TimelineEntryRow {
  organization_id: number;
  customer_id: string;
  entry_key: number;
  type: string;
  cause: string | null;
  occurred_time: number;
  actor_id: number | null;
  merged_customer_id: string | null;
}

/** The answers given to idempotent requests. */
export interface IdempotencyRecordRow {
  organization_id: number;
  idempotency_key: string;
  route: string;
  customer_id: string;
  content_digest: string;
  answer: string | null;
  created_time: number;
}

/** A visitor that was captured or linked. */
export interface VisitorRow {
  organization_id: number;
  visitor_id: string;
  /** Both are null if no hit was captured. */
  last_hit_time: number | null;
  last_hit_digest: string | null;
  /** The day, counted from the Unix epoch, on which an unlinked visitor was last heard of; null for a linked one. */
  unlinked_day: number | null;
}

export interface VisitorLinkRow {
  organization_id: number;
  visitor_id: string;
  linked_time: number;
  /** The customer as named by the caller; `customer_id` follows merges. */
  named_id: string;
  customer_id: string;
  actor_id: number;
}

/** The visitor that a customer's touch came from. Touches of unlinked visitors and touches not captured have no row. */
export interface VisitorTouchRow {
  organization_id: number;
  customer_id: string;
  touch_key: number;
  visitor_id: string;
}

/** Records that a customer was erased. Only hashes, against which a guessed id can be checked, say who it was. */
export interface ErasureRow {
  organization_id: number;
  erasure_id: string;
  /** A JSON array. */
  hashes: string;
  actor: string;
  erased_time: number;
}

export interface CallCountRow {
  organization_id: number;
  /** Both are in seconds; the start counts from the Unix epoch. */
  window_seconds: number;
  window_start: number;
  calls: number;
  /** How many calls of the latest request were granted. */
  granted: number;
}
