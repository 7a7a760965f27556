import type { Generated } from 'kysely';
import type {
  AffiliateAccountRow,
  AffiliateClickRow,
  AffiliateLineRow,
  AffiliatePeriodRow,
} from './affiliate-rows.ts';
import type { MoneyTables } from './money-schema.ts';

/**
 * The tables, alike on every engine. Each key starts with the organization, then the customer where there is one, so
 * that the rows of an organization can live on one shard. Times are milliseconds since the Unix epoch.
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
  /** Only where several processes share a database. */
  call_counts: CallCountRow;
}

export interface OrganizationRow {
  /** A small number that stands for the organization in every other table; `public_id` is what the outside sees. */
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

/** Rows are only ever added. What an organization never changed has none. */
export interface SettingVersionRow {
  organization_id: number;
  setting: string;
  version: number;
  /** JSON; null for what the program has by default. */
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
  /** Null where it is the moment of the original touch, as it mostly is. */
  lead_source_created_time: number | null;
  /** Null where it is the moment of the current touch. */
  lead_source_updated_time: number | null;
  /** Null, in rows of before it was always kept, where it is the moment of the current touch. */
  latest_occurred_time: number | null;
  /** Null, both, where there is no lead source. */
  original_touch_key: number | null;
  current_touch_key: number | null;
  /** When the first and the latest of its conversions occurred. Null, both, where there are none. */
  first_conversion_time: number | null;
  latest_conversion_time: number | null;
}

export interface TouchRow {
  organization_id: number;
  /** While a visitor is linked to nobody its touches are those of `unlinkedOwner`, which is no customer. */
  customer_id: string;
  touch_key: number;
  occurred_time: number;
  recorded_time: number;
  /** An index into `touchOrigins` of the domain. */
  origin: number;
  actor_id: number;
  tuple_id: number;
  click_id: string | null;
  path: string | null;
  referrer: string | null;
  /** Of the import that added it; null for most. */
  import_key: number | null;
  /** The id that its sender gave it. Two of an organization never have the same. */
  given_id: string | null;
}

/** What a lead source is made of, which is read most often: not where a touch came from. */
export type LeadTouchRow = Omit<TouchRow, 'import_key' | 'given_id'>;

/** What many touches were told together. */
export interface ImportRow {
  organization_id: number;
  import_key: number;
  import_id: string;
  kind: string;
  status: string;
  added_touches: number;
  actor: string;
  undone_by: string | null;
  /** 1 where others are told of what its undoing changes, else 0. */
  undoing_announces: number;
  created_time: number;
  updated_time: number;
}

/** The part of a lead source that repeats. Rows are only ever added, so they may be cached for good. */
export interface TupleRow {
  organization_id: number;
  tuple_id: number;
  /** The first 16 bytes of SHA-256 over the members, by which a tuple is found again. */
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
  /** JSON arrays, both. */
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

/** An event and a webhook it goes to. What is told is looked up when it is told, so that nothing of it stands here. */
export interface WebhookDeliveryRow extends Omit<EventRow, 'type'> {
  delivery_id: string;
  webhook_id: string;
  event_type: string;
  status: string;
  attempts: number;
  /** Null where no attempt is due any more. */
  next_time: number | null;
  /** These are of the last attempt. */
  initiated_time: number | null;
  duration_milliseconds: number | null;
  url: string | null;
  response_status: number | null;
  error: string | null;
  response: string | null;
  created_time: number;
  updated_time: number;
}

/** What happened to customers and is told by no other row. */
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

/** What requests were answered with that are to be done once. */
export interface IdempotencyRecordRow {
  organization_id: number;
  idempotency_key: string;
  route: string;
  customer_id: string;
  content_digest: string;
  answer: string | null;
  created_time: number;
}

/** A visitor that was seen or linked. */
export interface VisitorRow {
  organization_id: number;
  visitor_id: string;
  /** Null, both, where none was captured. */
  last_hit_time: number | null;
  last_hit_digest: string | null;
  /** The day, counted from the Unix epoch, on which an unlinked one was last heard of; null for one that is linked. */
  unlinked_day: number | null;
}

export interface VisitorLinkRow {
  organization_id: number;
  visitor_id: string;
  linked_time: number;
  /** The customer as it was named, where `customer_id` follows merges. */
  named_id: string;
  customer_id: string;
  actor_id: number;
}

/** Which visitor a customer's touch came from. Those of unlinked ones, and touches that were not captured, have no row. */
export interface VisitorTouchRow {
  organization_id: number;
  customer_id: string;
  touch_key: number;
  visitor_id: string;
}

/** That a customer was erased, and no more of whom than what a guess can be held against. */
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
  /** Both in seconds, the start since the Unix epoch. */
  window_seconds: number;
  window_start: number;
  calls: number;
  /** How many of those that asked last were granted. */
  granted: number;
}
