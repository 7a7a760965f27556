/** How the statements of a transaction are planned: commands that last until its end. */

/** Planned anew each time, for the values at hand. */
export const plansForValues = 'SET LOCAL plan_cache_mode = force_custom_plan';

/** Planned once for each connection. */
const plansForAnyValues = 'SET LOCAL plan_cache_mode = force_generic_plan';

/**
 * Rows are looked up by whole keys and no table is scanned, however small it was when the plan was made: otherwise the
 * planner would keep what is best for an empty table while it grows, such as a bitmap of all rows of an organization for each
 * of a batch's look-ups. Tables are joined in the order they are written, few rows first: while all are empty every order
 * costs the same, and the one kept might join all touches of a customer with all tuples of an organization. A row costs a
 * hundred times the default: otherwise, in a table of a few hundred rows, finding two by the organization alone would seem as
 * cheap as one by its whole key. No look-up is shared among processes, which costly rows would seem to justify: starting them
 * takes five times as long as a thousand rows.
 */
const lookUps = [
  'SET LOCAL enable_seqscan = off',
  'SET LOCAL enable_bitmapscan = off',
  'SET LOCAL enable_hashjoin = off',
  'SET LOCAL enable_mergejoin = off',
  'SET LOCAL join_collapse_limit = 1',
  'SET LOCAL cpu_tuple_cost = 1',
  'SET LOCAL max_parallel_workers_per_gather = 0',
];

/**
 * For statements that look rows up by key. On a cluster, Citus must know the organization to plan a join or an insert from a
 * selection. Asked for a generic plan, it returns one too costly for PostgreSQL to choose, which fails if forced.
 */
export function plansByKey(isDistributed: boolean): string {
  return [isDistributed ? plansForValues : plansForAnyValues, ...lookUps].join('; ');
}
