/**
 * How many tuples are cached by their numbers: enough for a thousand organizations that use fifty each, at a third of a
 * kilobyte per tuple.
 */
export const cachedTuples = 50_000;
export const cachedActors = 10_000;
