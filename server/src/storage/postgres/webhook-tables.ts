import { organizationWall } from './wall.ts';

export const webhookTables: readonly string[] = [
  `CREATE TABLE webhooks (
    organization_id bigint NOT NULL,
    webhook_id text COLLATE "C" NOT NULL,
    status text NOT NULL,
    url text NOT NULL,
    events_filter text NOT NULL,
    headers text NOT NULL,
    secret text NOT NULL,
    previous_secret text,
    previous_secret_expires_time bigint,
    failing_since_time bigint,
    deactivation text,
    created_time bigint NOT NULL,
    updated_time bigint NOT NULL,
    PRIMARY KEY (organization_id, webhook_id)
  )`,
  `CREATE TABLE webhook_deliveries (
    organization_id bigint NOT NULL,
    delivery_id text COLLATE "C" NOT NULL,
    webhook_id text COLLATE "C" NOT NULL,
    event_key bigint NOT NULL,
    event_type text NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    cause text,
    sequence bigint NOT NULL,
    occurred_time bigint NOT NULL,
    current_touch_key bigint,
    previous_touch_key bigint,
    original_touch_key bigint,
    merged_customer_id text COLLATE "C",
    status text NOT NULL,
    attempts bigint NOT NULL,
    next_time bigint,
    initiated_time bigint,
    duration_milliseconds bigint,
    url text,
    response_status bigint,
    error text,
    response text,
    created_time bigint NOT NULL,
    updated_time bigint NOT NULL,
    PRIMARY KEY (organization_id, delivery_id),
    UNIQUE (organization_id, webhook_id, event_key)
  )`,
  `CREATE INDEX webhook_deliveries_due ON webhook_deliveries (organization_id, webhook_id, next_time, delivery_id)
    WHERE next_time IS NOT NULL`,
  `CREATE INDEX webhook_deliveries_next ON webhook_deliveries (organization_id, next_time)
    WHERE next_time IS NOT NULL`,
  ...['webhooks', 'webhook_deliveries'].flatMap(organizationWall),
];
