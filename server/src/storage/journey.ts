import { journeyOf } from '../domain/journey.ts';
import { leadingCount } from '../domain/leading-count.ts';
import type { Instant } from '../domain/time.ts';
import { plus, type Whole } from '../domain/whole.ts';
import { groupOf, type PathTouch, type Step, stepsIn } from './paths.ts';
import type { JourneyQuestion, JourneySum, JourneySums } from './ports/report.ts';

/** What to read next: rows of the customers after a given one, by customer, then by arrival. */
export type JourneyPage =
  | { readonly of: 'conversions'; readonly after: string; readonly limit: number }
  /** Of customers with such conversions, up to and including this one; null for all the rest. */
  | { readonly of: 'touches'; readonly after: string; readonly to: string | null };

/** The cells of a row. Amounts are in minor units. */
export type JourneyConversion = readonly [
  customerId: string,
  occurredTime: Instant,
  amount: number,
  refundedAmount: number,
];

const usualConversionsAtOnce = 1000;

/**
 * Sums up the journeys to all conversions of a period by their path, a page of customers at a time: the engine reads each page
 * that is yielded and passes it back. At once it holds the touches of a page's customers, and the sums of all different paths.
 */
export function* gatherJourneys(
  question: JourneyQuestion,
  conversionsAtOnce = usualConversionsAtOnce,
): Generator<JourneyPage, JourneySums, readonly JourneyConversion[] | readonly PathTouch[]> {
  const gathering = new Gathering(question);
  let [after, limit] = ['', conversionsAtOnce];
  for (;;) {
    const read = (yield { of: 'conversions', after, limit }) as readonly JourneyConversion[];
    const isLast = read.length < limit;
    const last = read.at(-1)?.[0];
    // The page may not have all of the last customer.
    const whole = isLast ? read : read.filter(([customerId]) => customerId !== last);
    const to = isLast ? null : (whole.at(-1)?.[0] ?? null);
    if (!isLast && to === null) {
      limit *= 2;
      continue;
    }
    if (whole.length > 0) {
      const touches = (yield { of: 'touches', after, to }) as readonly PathTouch[];
      gathering.add(whole, touches);
    }
    if (to === null) return gathering.sums;
    [after, limit] = [to, conversionsAtOnce];
  }
}

class Gathering {
  readonly #question: JourneyQuestion;
  readonly #groupOf: (tupleId: number) => number;
  readonly #paths = new PathSums();

  constructor(question: JourneyQuestion) {
    const known = groupOf(question.groups);
    this.#question = question;
    this.#groupOf = (tupleId) => known(tupleId) ?? unknownStep;
  }

  /** Takes all conversions of some customers, and all touches of those of them who have any, in the same order. */
  add(conversions: readonly JourneyConversion[], touches: readonly PathTouch[]): void {
    let start = 0;
    for (let place = 0; place < conversions.length; ) {
      const customerId = conversions[place]?.[0] ?? '';
      let end = start;
      while (touches[end]?.[0] === customerId) end++;
      const steps = stepsIn(touches, start, end, this.#groupOf);
      this.#paths.beginCustomer();
      for (; conversions[place]?.[0] === customerId; place++)
        this.#addConversion(steps, conversions[place] as JourneyConversion);
      start = end;
    }
  }

  get sums(): JourneySums {
    return this.#paths.sums(this.#question.limit);
  }

  #addConversion(steps: readonly Step[], [, occurredTime, amount, refunded]: JourneyConversion): void {
    const journey = journeyOf(steps, occurredTime, this.#question.lookbackDays);
    const milliseconds = occurredTime - (journey[0]?.occurredTime ?? occurredTime);
    this.#paths.add(journey, { amount, refunded, milliseconds });
  }
}

/** The step of a touch whose tuple is in none of the groups, since it came after they were read. */
export const unknownStep = -1;

/** Steps as the units of a text, by which paths are found, two units each. */
const unitsOfStep = 2;
const unitRange = 2 ** 15;

/** Sums by path, in parallel arrays: there may be as many paths as conversions. */
class PathSums {
  readonly #places = new Map<string, number>();
  readonly #conversions: number[] = [];
  readonly #customers: number[] = [];
  readonly #revenue: Whole[] = [];
  readonly #refunds: Whole[] = [];
  readonly #touches: number[] = [];
  readonly #milliseconds: number[] = [];
  /** The number of the customer who took the path last. */
  readonly #latest: number[] = [];
  #customer = 0;

  beginCustomer(): void {
    this.#customer += 1;
  }

  add(
    journey: readonly Step[],
    { amount, refunded, milliseconds }: Readonly<Record<'amount' | 'refunded' | 'milliseconds', number>>,
  ): void {
    const place = this.#placeOf(keyOf(journey));
    if (this.#latest[place] !== this.#customer) this.#customers[place] = (this.#customers[place] ?? 0) + 1;
    this.#latest[place] = this.#customer;
    this.#conversions[place] = (this.#conversions[place] ?? 0) + 1;
    this.#revenue[place] = plus(this.#revenue[place] ?? 0, amount);
    this.#refunds[place] = plus(this.#refunds[place] ?? 0, refunded);
    this.#touches[place] = (this.#touches[place] ?? 0) + journey.length;
    this.#milliseconds[place] = (this.#milliseconds[place] ?? 0) + milliseconds;
  }

  sums(limit: number): JourneySums {
    const best: JourneySum[] = [];
    let unattributed: JourneySum | null = null;
    const total = { conversions: 0, revenue: 0n, refunds: 0n, touches: 0, milliseconds: 0 };
    for (const [key, place] of this.#places) {
      total.conversions += this.#conversions[place] ?? 0;
      total.revenue += BigInt(this.#revenue[place] ?? 0);
      total.refunds += BigInt(this.#refunds[place] ?? 0);
      total.touches += this.#touches[place] ?? 0;
      total.milliseconds += this.#milliseconds[place] ?? 0;
      const isRarer =
        best.length === limit && (this.#conversions[place] ?? 0) < (best.at(-1)?.conversions ?? 0);
      if (isRarer && key !== '') continue;
      const sum = this.#sumAt(place, key);
      if (key === '') unattributed = sum;
      else if (!sum.steps.includes(unknownStep)) keepBest(best, sum, limit);
    }
    return { paths: best, unattributed, total: { ...total, customers: this.#customer } };
  }

  #placeOf(key: string): number {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    const place = this.#places.size;
    this.#places.set(key, place);
    return place;
  }

  #sumAt(place: number, key: string): JourneySum {
    return {
      steps: stepsOfKey(key),
      conversions: this.#conversions[place] ?? 0,
      customers: this.#customers[place] ?? 0,
      revenue: BigInt(this.#revenue[place] ?? 0),
      refunds: BigInt(this.#refunds[place] ?? 0),
      touches: this.#touches[place] ?? 0,
      milliseconds: this.#milliseconds[place] ?? 0,
    };
  }
}

function keyOf(journey: readonly Step[]): string {
  let key = '';
  for (const { group } of journey) {
    const step = group - unknownStep;
    key += String.fromCharCode(Math.floor(step / unitRange), step % unitRange);
  }
  return key;
}

function stepsOfKey(key: string): readonly number[] {
  return Array.from({ length: key.length / unitsOfStep }, (_none, place) => {
    const at = place * unitsOfStep;
    return key.charCodeAt(at) * unitRange + key.charCodeAt(at + 1) + unknownStep;
  });
}

/** Puts a sum among the best, which are in their order, unless all that there is room for are better. */
function keepBest(best: JourneySum[], sum: JourneySum, limit: number): void {
  const worst = best.at(-1);
  if (best.length === limit && (worst === undefined || compareJourneys(worst, sum) < 0)) return;
  const place = leadingCount(best, (better) => compareJourneys(better, sum) < 0);
  best.splice(place, 0, sum);
  if (best.length > limit) best.pop();
}

/** The most frequent first, of those the one with more revenue, and then by the groups of their steps. */
function compareJourneys(one: JourneySum, other: JourneySum): number {
  if (one.conversions !== other.conversions) return other.conversions - one.conversions;
  if (one.revenue !== other.revenue) return one.revenue > other.revenue ? -1 : 1;
  const place = one.steps.findIndex((step, index) => step !== other.steps[index]);
  return place === -1
    ? one.steps.length - other.steps.length
    : (one.steps[place] ?? 0) - (other.steps[place] ?? Number.NEGATIVE_INFINITY);
}
