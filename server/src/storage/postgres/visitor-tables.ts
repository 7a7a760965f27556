import { organizationWall } from './wall.ts';

/** Every hit of a visitor updates its row, but an indexed column only on the first hit of a day: pages have room for that. */
export const visitorTables: readonly string[] = [
  `CREATE TABLE visitors (
    organization_id bigint NOT NULL,
    visitor_id text COLLATE "C" NOT NULL,
    last_hit_time bigint,
    last_hit_digest text COLLATE "C",
    unlinked_day bigint,
    PRIMARY KEY (organization_id, visitor_id)
  ) WITH (fillfactor = 80)`,
  `CREATE INDEX visitors_unlinked ON visitors (organization_id, unlinked_day, visitor_id)
    WHERE unlinked_day IS NOT NULL`,
  `CREATE TABLE visitor_links (
    organization_id bigint NOT NULL,
    visitor_id text COLLATE "C" NOT NULL,
    linked_time bigint NOT NULL,
    named_id text COLLATE "C" NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    actor_id bigint NOT NULL,
    PRIMARY KEY (organization_id, visitor_id, linked_time, named_id)
  )`,
  'CREATE INDEX visitor_links_by_customer ON visitor_links (organization_id, customer_id, linked_time)',
  `CREATE TABLE visitor_touches (
    organization_id bigint NOT NULL,
    customer_id text COLLATE "C" NOT NULL,
    touch_key bigint NOT NULL,
    visitor_id text COLLATE "C" NOT NULL,
    PRIMARY KEY (organization_id, customer_id, touch_key)
  )`,
  'CREATE INDEX visitor_touches_by_visitor ON visitor_touches (organization_id, visitor_id, customer_id, touch_key)',
  ...['visitors', 'visitor_links', 'visitor_touches'].flatMap(organizationWall),
];
