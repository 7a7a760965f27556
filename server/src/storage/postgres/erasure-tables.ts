import { organizationWall } from './wall.ts';

export const erasureTables: readonly string[] = [
  `CREATE TABLE erasures (
    organization_id bigint NOT NULL,
    erasure_id text COLLATE "C" NOT NULL,
    hashes text NOT NULL,
    actor text NOT NULL,
    erased_time bigint NOT NULL,
    PRIMARY KEY (organization_id, erasure_id)
  )`,
  ...organizationWall('erasures'),
];
