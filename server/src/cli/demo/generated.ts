import type { Instant } from '../../domain/time.ts';
import { arrivals } from './arrivals.ts';
import {
  type DemoConversion,
  type DemoJourney,
  type DemoRefund,
  type DemoTouch,
  daysOfYear,
  millisecondsPerDay,
} from './journey.ts';
import { type Random, randomFrom, weighted, wholeNumber } from './random.ts';

/** What determines the generated part of a demo. */
export interface DemoPlan {
  readonly seed: number;
  readonly journeys: number;
  /** A midnight: everything happens in the year before it. */
  readonly end: Instant;
}

/** How busy the months are, from January on, and the days of the week, from Sunday on. */
const monthWeights = [7, 7, 8, 9, 9, 8, 6, 6, 8, 9, 14, 15];
const weekdayWeights = [8, 11, 11, 11, 10, 9, 7];

const firstWeights = arrivals.map(({ firstWeight }) => firstWeight);
const returnWeights = arrivals.map(({ returnWeight }) => returnWeight);
/** How likely one to six touches are. */
const touchCountWeights = [34, 26, 18, 11, 7, 4];
const longestGapDays = 16;
const likelihoods = { converting: 0.38, buyingAgain: 0.22, refund: 0.08, wholeRefund: 0.4 };

/** Journeys over a year: more before the holidays, fewer at weekends. The same plan always gives the same journeys. */
export function generatedJourneys({ seed, journeys, end }: DemoPlan): readonly DemoJourney[] {
  const random = randomFrom(seed);
  const dayWeights = Array.from({ length: daysOfYear }, (_, day) => weightOf(dayTime(end, day)));
  return Array.from({ length: journeys }, (_, place) => {
    const start = momentOf(random, dayTime(end, weighted(random, dayWeights)));
    const number = String(place + 1).padStart(5, '0');
    const touches = touchesFrom(random, start, end);
    const conversions = conversionsAfter(random, touches.at(-1)?.occurredTime ?? start, { number, end });
    return { customerId: `cus_${number}`, touches, conversions };
  });
}

function dayTime(end: Instant, day: number): Instant {
  return end - (daysOfYear - day) * millisecondsPerDay;
}

function weightOf(time: Instant): number {
  const date = new Date(time);
  return (monthWeights[date.getUTCMonth()] ?? 0) * (weekdayWeights[date.getUTCDay()] ?? 0);
}

/** A moment of a day between seven in the morning and eleven at night. */
function momentOf(random: Random, day: Instant): Instant {
  return day + wholeNumber(random, 7 * 3_600_000, 23 * 3_600_000 - 1);
}

function touchesFrom(random: Random, start: Instant, end: Instant): readonly DemoTouch[] {
  const touches: DemoTouch[] = [];
  const count = 1 + weighted(random, touchCountWeights);
  for (let time = start; touches.length < count && time < end; time += gapOf(random)) {
    touches.push(touchAt(random, time, touches.length === 0));
  }
  return touches;
}

/** Short gaps are the more likely ones. */
function gapOf(random: Random): number {
  return 600_000 + Math.floor(random() ** 3 * longestGapDays * millisecondsPerDay);
}

function touchAt(random: Random, occurredTime: Instant, isFirst: boolean): DemoTouch {
  const arrival = arrivals[weighted(random, isFirst ? firstWeights : returnWeights)];
  if (arrival === undefined) throw new Error('There is no way to come.');
  const { cost, facts } = arrival;
  const price = cost && { ...cost, amount: Math.round(cost.amount * (0.6 + 0.8 * random())) };
  const given = facts(random);
  // The script does not see phone calls: those come from the salespeople's own program.
  const origin = (given.salesAgent ?? null) === null ? 'capture' : 'import';
  return { occurredTime, origin, given, cost: price ?? null };
}

function conversionsAfter(
  random: Random,
  latest: Instant,
  { number, end }: { readonly number: string; readonly end: Instant },
): readonly DemoConversion[] {
  const conversions: DemoConversion[] = [];
  const currency = random() < 0.7 ? 'USD' : 'EUR';
  let time = latest + wholeNumber(random, 120_000, 5_400_000);
  for (let likelihood = likelihoods.converting; random() < likelihood && time < end; ) {
    const id = `order-${number}-${conversions.length + 1}`;
    const amount = 1900 + 500 * Math.floor(60 * random() ** 3);
    const refunds = refundsOf(random, { id, amount, time, end });
    conversions.push({ id, occurredTime: time, amount, currency, type: 'purchase', refunds });
    time += wholeNumber(random, 9 * millisecondsPerDay, 90 * millisecondsPerDay);
    likelihood = likelihoods.buyingAgain;
  }
  return conversions;
}

function refundsOf(
  random: Random,
  { id, amount, time, end }: { id: string; amount: number; time: Instant; end: Instant },
): readonly DemoRefund[] {
  const isRefunded = random() < likelihoods.refund;
  const occurredTime = time + wholeNumber(random, 1, 20) * millisecondsPerDay;
  const share = random() < likelihoods.wholeRefund ? 1 : 0.5;
  if (!isRefunded || occurredTime >= end) return [];
  return [{ id: `refund-of-${id}`, occurredTime, amount: Math.round(amount * share) }];
}
