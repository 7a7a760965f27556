/** The seed of this run: `LEADSOURCE_TEST_SEED`, or one of its own. It is printed, so that a run can be repeated. */
export function announceSeed(what: string): number {
  const given = Number(process.env['LEADSOURCE_TEST_SEED']);
  const seed = Number.isInteger(given) && given !== 0 ? given : Math.floor(Math.random() * 0x7fff_ffff) + 1;
  process.stdout.write(`${what}: LEADSOURCE_TEST_SEED=${seed}\n`);
  return seed;
}

/** Numbers from 0 (included) to 1 (excluded) that follow from the seed alone. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // A linear congruential step with a full period; its high bits are even enough to choose moments by.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}
