/** How the statements of a transaction are planned: commands that hold until its end. */

/** Made anew each time, for the values at hand. */
export const plansForValues = 'SET LOCAL plan_cache_mode = force_custom_plan';

/** Made once for each connection. */
const plansForAnyValues = 'SET LOCAL plan_cache_mode = force_generic_plan';

/**
 * Rows are looked up by whole keys and no table is passed over, however small it was when the plan was made: the planner
 * would otherwise keep what is best for an empty table while it grows, such as a bitmap of all rows of an organization for
 * each of a batch's look-ups. Tables are joined in the order in which they are written, few rows first: while all are empty
 * every order costs the same, and one kept would bring all touches of a customer together with all tuples of an
 * organization. A row is dear, a hundred times as much as usual: of a table with a few hundred rows, two that are found by
 * the organization alone would else cost as much as one by its whole key. Nor is a look-up shared among processes, which dear
 * rows would make seem worth it: to start them takes five times as long as a thousand rows.
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
 * Of statements that look rows up by their keys. Where the tables are spread over nodes, Citus must know the organization to
 * plan a join or what is inserted from a selection. Asked for a plan without values it hands out one that is too dear for
 * PostgreSQL to choose, and that fails where it is forced.
 */
export function plansByKey(isDistributed: boolean): string {
  return [isDistributed ? plansForValues : plansForAnyValues, ...lookUps].join('; ');
}
