import type { Instant } from '../../../server/src/domain/time.ts';
import { firstTime, scramble } from '../traffic.ts';
import { Shuffle } from './shuffle.ts';

/** How much money a database is filled with: all customers come, and buy, equally often. */
export interface MoneyPlan {
  readonly customers: number;
  readonly conversions: number;
  readonly touches: number;
  /** Distinct lead sources, apart from click id, path and referrer. */
  readonly leadSources: number;
}

export const conversionsPerCustomer = 5;
export const touchesPerCustomer = 25;
const millisecondsPerDay = 86_400_000;
const daysPerYear = 365;
/** After everything that a database is filled with. */
export const endOfYear: Instant = firstTime + daysPerYear * millisecondsPerDay;
/** One in this many conversions is refunded by half, this many days later. */
const conversionsPerRefund = 50;
const refundDelayDays = 3;

/** About this many conversions in a year, as in a shop that records five touches for each. */
export function moneyPlan(conversions: number): MoneyPlan {
  const customers = Math.ceil(conversions / conversionsPerCustomer);
  return {
    customers,
    conversions: customers * conversionsPerCustomer,
    touches: customers * touchesPerCustomer,
    leadSources: Math.min(2_000, customers),
  };
}

/** Something that a customer did, at its place in the order of time, from 0. */
export interface Occurrence {
  readonly place: number;
  readonly customer: number;
  readonly time: Instant;
}

/**
 * In the order of time, which is also that of arrival: all customers come once, then all again in another order, and so on,
 * evenly over the year.
 */
class Course {
  readonly #customers: number;
  readonly #rounds: readonly Shuffle[];

  constructor(customers: number, rounds: number, seed: number) {
    this.#customers = customers;
    this.#rounds = Array.from({ length: rounds }, (_, round) => new Shuffle(customers, seed + round));
  }

  *byTime(): Generator<Occurrence> {
    for (let place = 0; place < this.#customers * this.#rounds.length; place++) yield this.at(place);
  }

  at(place: number): Occurrence {
    const round = Math.floor(place / this.#customers);
    const customer = this.#rounds[round]?.before(place % this.#customers) ?? 0;
    return { place, customer, time: this.#timeOf(place) };
  }

  /** A customer's occurrences, in the order of time. */
  of(customer: number): readonly Occurrence[] {
    return this.#rounds.map((shuffle, round) => {
      const place = round * this.#customers + shuffle.after(customer);
      return { place, customer, time: this.#timeOf(place) };
    });
  }

  #timeOf(place: number): Instant {
    const part = place / (this.#customers * this.#rounds.length);
    return firstTime + Math.floor(part * daysPerYear * millisecondsPerDay);
  }
}

export type MoneyCourses = ReturnType<typeof coursesOf>;

/** When each customer of a plan comes, and buys. */
export function coursesOf({ customers }: MoneyPlan) {
  return {
    touches: new Course(customers, touchesPerCustomer, 0),
    conversions: new Course(customers, conversionsPerCustomer, 1_000),
  };
}

/** Which lead source a touch has; some are far more frequent than others. */
export function leadSourceAt(place: number, { leadSources }: MoneyPlan): number {
  return Math.floor(leadSources * (scramble(place) / 2 ** 32) ** 2);
}

/** In cents. */
export function amountAt(place: number): number {
  return 100 + (scramble(-1 - place) % 50_000);
}

export interface Refunding {
  /** The refund's place in the order of time. */
  readonly place: number;
  readonly time: Instant;
  readonly amount: number;
}

/** How a conversion is refunded; null for most, which are not refunded. */
export function refundOf({ place, time }: Occurrence): Refunding | null {
  if (place % conversionsPerRefund !== 0) return null;
  return {
    place: place / conversionsPerRefund,
    time: time + refundDelayDays * millisecondsPerDay,
    amount: Math.floor(amountAt(place) / 2),
  };
}

export function refundCount({ conversions }: MoneyPlan): number {
  return Math.ceil(conversions / conversionsPerRefund);
}
