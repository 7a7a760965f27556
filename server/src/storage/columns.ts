import type {
  CustomerRow,
  EventRow,
  IdempotencyRecordRow,
  ImportRow,
  TimelineEntryRow,
  TouchRow,
  TupleRow,
  VisitorLinkRow,
  VisitorRow,
  VisitorTouchRow,
  WebhookDeliveryRow,
  WebhookRow,
} from './schema.ts';

/** The columns of the tables whose rows are written as a whole. */
export const customerColumns = [
  'organization_id',
  'customer_id',
  'website_id',
  'custom_fields',
  'revision',
  'created_time',
  'updated_time',
  'lead_source_revision',
  'lead_source_created_time',
  'lead_source_updated_time',
  'latest_occurred_time',
  'original_touch_key',
  'current_touch_key',
  'first_conversion_time',
  'latest_conversion_time',
] as const satisfies readonly (keyof CustomerRow)[];

export const touchColumns = [
  'organization_id',
  'customer_id',
  'touch_key',
  'occurred_time',
  'recorded_time',
  'origin',
  'actor_id',
  'tuple_id',
  'click_id',
  'path',
  'referrer',
  'import_key',
  'given_id',
] as const satisfies readonly (keyof TouchRow)[];

export const importColumns = [
  'organization_id',
  'import_key',
  'import_id',
  'kind',
  'status',
  'added_touches',
  'actor',
  'undone_by',
  'undoing_announces',
  'created_time',
  'updated_time',
] as const satisfies readonly (keyof ImportRow)[];

export const tupleColumns = [
  'organization_id',
  'tuple_id',
  'digest',
  'medium',
  'source',
  'campaign',
  'term',
  'content',
  'affiliate',
  'sub_affiliate',
  'sales_agent',
  'referrer_host',
  'click_id_kind',
] as const satisfies readonly (keyof TupleRow)[];

export const visitorColumns = [
  'organization_id',
  'visitor_id',
  'last_hit_time',
  'last_hit_digest',
  'unlinked_day',
] as const satisfies readonly (keyof VisitorRow)[];

export const visitorLinkColumns = [
  'organization_id',
  'visitor_id',
  'linked_time',
  'named_id',
  'customer_id',
  'actor_id',
] as const satisfies readonly (keyof VisitorLinkRow)[];

export const visitorTouchColumns = [
  'organization_id',
  'customer_id',
  'touch_key',
  'visitor_id',
] as const satisfies readonly (keyof VisitorTouchRow)[];

export const eventColumns = [
  'organization_id',
  'event_key',
  'customer_id',
  'type',
  'cause',
  'sequence',
  'occurred_time',
  'current_touch_key',
  'previous_touch_key',
  'original_touch_key',
  'merged_customer_id',
] as const satisfies readonly (keyof EventRow)[];

export const webhookColumns = [
  'organization_id',
  'webhook_id',
  'status',
  'url',
  'events_filter',
  'headers',
  'secret',
  'previous_secret',
  'previous_secret_expires_time',
  'failing_since_time',
  'deactivation',
  'created_time',
  'updated_time',
] as const satisfies readonly (keyof WebhookRow)[];

export const webhookDeliveryColumns = [
  'organization_id',
  'delivery_id',
  'webhook_id',
  'event_key',
  'event_type',
  'customer_id',
  'cause',
  'sequence',
  'occurred_time',
  'current_touch_key',
  'previous_touch_key',
  'original_touch_key',
  'merged_customer_id',
  'status',
  'attempts',
  'next_time',
  'initiated_time',
  'duration_milliseconds',
  'url',
  'response_status',
  'error',
  'response',
  'created_time',
  'updated_time',
] as const satisfies readonly (keyof WebhookDeliveryRow)[];

export const answerColumns = [
  'organization_id',
  'idempotency_key',
  'route',
  'customer_id',
  'content_digest',
  'answer',
  'created_time',
] as const satisfies readonly (keyof IdempotencyRecordRow)[];

export const timelineColumns = [
  'organization_id',
  'customer_id',
  'entry_key',
  'type',
  'cause',
  'occurred_time',
  'actor_id',
  'merged_customer_id',
] as const satisfies readonly (keyof TimelineEntryRow)[];
