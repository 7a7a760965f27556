import type { TupleGroups } from '../domain/credit-sum.ts';
import { journeyOf } from '../domain/journey.ts';
import { PathList } from '../domain/path-table.ts';
import type { Instant } from '../domain/time.ts';
import type { PathQuestion, ReadPaths } from './ports/report.ts';

/** What to read next: rows of the customers after a given one, by customer, then by arrival. */
export type PathPage =
  | { readonly of: 'touches'; readonly after: string; readonly limit: number }
  /** Up to and including this customer; null for all the rest. */
  | { readonly of: 'conversions'; readonly after: string; readonly to: string | null };

/** The cells of a row; the last one is the touch's tuple. */
export type PathTouch = readonly [customerId: string, occurredTime: Instant, tupleId: number];
/** `isAsked` is 0 for a conversion in another currency: its customer counts as converted all the same. */
export type PathConversion = readonly [
  customerId: string,
  occurredTime: Instant,
  amount: number,
  isAsked: number,
];

/** A touch as a step of a path. */
export interface Step {
  readonly occurredTime: Instant;
  readonly group: number;
}

const usualTouchesAtOnce = 20_000;

/**
 * Builds all paths of a period from touches and conversions, a page of customers at a time: the engine reads each page that
 * is yielded and passes it back.
 */
export function* gatherPaths(
  question: PathQuestion,
  touchesAtOnce = usualTouchesAtOnce,
): Generator<PathPage, ReadPaths, readonly PathTouch[] | readonly PathConversion[]> {
  const gathering = new Gathering(question);
  let [after, limit] = ['', touchesAtOnce];
  for (;;) {
    const touches = (yield { of: 'touches', after, limit }) as readonly PathTouch[];
    const isLast = touches.length < limit;
    const whole = isLast ? touches.length : startOfLast(touches);
    const to = isLast ? null : (touches[whole - 1]?.[0] ?? null);
    if (!isLast && to === null) {
      // All touches on the page belong to one customer, who has more.
      limit *= 2;
      continue;
    }
    const conversions = (yield { of: 'conversions', after, to }) as readonly PathConversion[];
    gathering.add(touches, whole, conversions);
    if (to === null) return gathering.read;
    [after, limit] = [to, touchesAtOnce];
  }
}

/** Where the touches of the last customer begin: the page may not have all of them. */
function startOfLast(touches: readonly PathTouch[]): number {
  let place = touches.length - 1;
  const last = touches[place]?.[0];
  while (place > 0 && touches[place - 1]?.[0] === last) place--;
  return place;
}

class Gathering {
  readonly #question: PathQuestion;
  readonly #groupOf: (tupleId: number) => number | undefined;
  readonly #paths = new PathList();
  #revenue = 0n;

  constructor(question: PathQuestion) {
    this.#question = question;
    this.#groupOf = groupOf(question.groups);
  }

  get read(): ReadPaths {
    return { table: this.#paths.table, revenue: this.#revenue };
  }

  /** Takes the first `count` touches and all conversions of their customers. A customer without touches has no path. */
  add(touches: readonly PathTouch[], count: number, conversions: readonly PathConversion[]): void {
    let conversion = 0;
    for (let start = 0; start < count; ) {
      const customerId = touches[start]?.[0] ?? '';
      let end = start + 1;
      while (end < count && touches[end]?.[0] === customerId) end++;
      while ((conversions[conversion]?.[0] ?? customerId) < customerId) conversion++;
      const first = conversion;
      while (conversions[conversion]?.[0] === customerId) conversion++;
      this.#addCustomer(stepsIn(touches, start, end, this.#groupOf), conversions.slice(first, conversion));
      start = end;
    }
  }

  #addCustomer(steps: readonly Step[], conversions: readonly PathConversion[]): void {
    const { period, lookbackDays } = this.#question;
    if (conversions.length === 0) {
      const seen = steps.filter(({ occurredTime }) => occurredTime >= period.start);
      if (seen.length > 0) this.#paths.add(groupsOf(seen), { conversions: 0, nulls: 1, revenue: 0 });
      return;
    }
    for (const [, occurredTime, amount, isAsked] of conversions) {
      const journey = isAsked === 1 ? journeyOf(steps, occurredTime, lookbackDays) : [];
      if (journey.length === 0) continue;
      this.#revenue += BigInt(amount);
      this.#paths.add(groupsOf(journey), { conversions: 1, nulls: 0, revenue: amount });
    }
  }
}

/** The group of each tuple; undefined for those in none. */
export function groupOf({ tupleKeys, groups }: TupleGroups): (tupleId: number) => number | undefined {
  const known = new Map(tupleKeys.map((key, place) => [key, groups[place] ?? 0]));
  return (tupleId) => known.get(tupleId);
}

/** The steps of a customer, whose touches are those from `start` to `end`: by time, then by arrival. One in no group is none. */
export function stepsIn(
  touches: readonly PathTouch[],
  start: number,
  end: number,
  groupOf: (tupleId: number) => number | undefined,
): readonly Step[] {
  const steps: Step[] = [];
  let isOrdered = true;
  for (let place = start; place < end; place++) {
    const [, occurredTime, tupleId] = touches[place] as PathTouch;
    const group = groupOf(tupleId);
    if (group === undefined) continue;
    isOrdered &&= (steps.at(-1)?.occurredTime ?? occurredTime) <= occurredTime;
    steps.push({ occurredTime, group });
  }
  return isOrdered ? steps : steps.sort((one, other) => one.occurredTime - other.occurredTime);
}

function groupsOf(steps: readonly Step[]): readonly number[] {
  return steps.map(({ group }) => group);
}
