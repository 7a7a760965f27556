/**
 * How many tuples are remembered by the numbers that stand for them: of a thousand organizations the fifty that each tells of,
 * a third of a kilobyte each.
 */
export const cachedTuples = 50_000;
export const cachedActors = 10_000;
