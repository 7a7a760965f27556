import { organizationWall } from './wall.ts';

export const importTables: readonly string[] = [
  `CREATE TABLE imports (
    organization_id bigint NOT NULL,
    import_key bigint NOT NULL,
    import_id text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    status text NOT NULL,
    added_touches bigint NOT NULL,
    actor text NOT NULL,
    undone_by text,
    undoing_announces bigint NOT NULL,
    created_time bigint NOT NULL,
    updated_time bigint NOT NULL,
    PRIMARY KEY (organization_id, import_key),
    UNIQUE (organization_id, import_id)
  )`,
  ...organizationWall('imports'),
  'ALTER TABLE touches ADD COLUMN import_key bigint',
  // Imports add touches in key order, so each index entry is appended.
  `CREATE INDEX touches_by_import ON touches (organization_id, import_key, touch_key)
    WHERE import_key IS NOT NULL`,
];
