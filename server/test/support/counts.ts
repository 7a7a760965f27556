/** Whether tests run in full. */
export const isLongRun = process.env['LEADSOURCE_TEST_LONG'] === '1';

/** How often a test repeats: the full count in the long run, a twentieth of it otherwise. */
export function countOf(full: number): number {
  return isLongRun ? full : Math.max(1, Math.ceil(full / 20));
}
