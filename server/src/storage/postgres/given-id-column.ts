import { closeFor, openFor } from './wall.ts';

/**
 * Moves given ids into the rows of their touches: then one index finds a touch by its given id, and none is needed for the
 * reverse.
 */
export const givenIdColumn: readonly string[] = [
  'ALTER TABLE touches ADD COLUMN given_id text COLLATE "C"',
  openFor('touches'),
  openFor('touch_ids'),
  `UPDATE touches SET given_id = touch_ids.given_id FROM touch_ids
    WHERE touch_ids.organization_id = touches.organization_id AND touch_ids.customer_id = touches.customer_id
    AND touch_ids.touch_key = touches.touch_key`,
  closeFor('touches'),
  `CREATE UNIQUE INDEX touches_by_given_id ON touches (organization_id, given_id)
    WHERE given_id IS NOT NULL`,
  'DROP TABLE touch_ids',
];
