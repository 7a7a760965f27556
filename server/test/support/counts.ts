/** How often a test repeats: the full count in the long run, a twentieth of it otherwise. */
export function countOf(full: number): number {
  return process.env['LEADSOURCE_TEST_LONG'] === '1' ? full : Math.max(1, Math.ceil(full / 20));
}
