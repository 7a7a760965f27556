/** A long computation that pauses again and again, so that whoever runs it can give others a turn. */
export type WithPauses<Result> = Generator<undefined, Result, undefined>;

/** How many items pass from one pause to the next: a few milliseconds of work. */
const itemsAtOnce = 250;

export function* eachWithPauses<Item>(items: Iterable<Item>, work: (item: Item) => void): WithPauses<void> {
  let left = itemsAtOnce;
  for (const item of items) {
    work(item);
    left -= 1;
    if (left > 0) continue;
    left = itemsAtOnce;
    yield;
  }
}

/** The items in order, equal ones as they were. */
export function* sortedWithPauses<Item>(
  items: readonly Item[],
  compare: (one: Item, other: Item) => number,
): WithPauses<readonly Item[]> {
  if (items.length <= itemsAtOnce) {
    yield;
    return items.toSorted(compare);
  }
  const middle = items.length >>> 1;
  const before = yield* sortedWithPauses(items.slice(0, middle), compare);
  const after = yield* sortedWithPauses(items.slice(middle), compare);
  const sorted: Item[] = [];
  let taken = 0;
  yield* eachWithPauses(items, () => {
    const place = sorted.length - taken;
    const isBehind =
      taken === before.length ||
      (place < after.length && compare(before[taken] as Item, after[place] as Item) > 0);
    sorted.push((isBehind ? after[place] : before[taken]) as Item);
    if (!isBehind) taken += 1;
  });
  return sorted;
}

/** Computes with a turn for others, which `nextTurn` waits for, at each pause. */
export async function inTurns<Result>(
  computation: WithPauses<Result>,
  nextTurn: () => Promise<unknown>,
): Promise<Result> {
  let reached = computation.next();
  while (reached.done !== true) {
    await nextTurn();
    reached = computation.next();
  }
  return reached.value;
}

/** Computes without heeding the pauses. */
export function withoutPauses<Result>(computation: WithPauses<Result>): Result {
  let reached = computation.next();
  while (reached.done !== true) reached = computation.next();
  return reached.value;
}
