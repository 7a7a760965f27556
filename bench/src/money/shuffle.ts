import { scramble } from '../traffic.ts';

/** A permutation of the numbers below `size`, computed instead of stored. */
export class Shuffle {
  readonly #size: number;
  readonly #factor: number;
  readonly #inverse: number;
  readonly #shift: number;

  constructor(size: number, seed: number) {
    this.#size = size;
    this.#factor = primeTo(size, 1 + (scramble(seed) % size));
    this.#inverse = inverseOf(this.#factor, size);
    this.#shift = scramble(~seed) % size;
  }

  /** The place of a number. */
  after(number: number): number {
    return (number * this.#factor + this.#shift) % this.#size;
  }

  /** The number at a place. */
  before(place: number): number {
    return ((place + this.#size - this.#shift) * this.#inverse) % this.#size;
  }
}

/** The next number from `from` on that is coprime to `size`. */
function primeTo(size: number, from: number): number {
  let number = from;
  while (greatestCommonDivisor(number, size) !== 1) number += 1;
  return number;
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}

/** By Euclid's algorithm: inverse × number is 1 modulo `size`. */
function inverseOf(number: number, size: number): number {
  let [rest, nextRest] = [size, number % size];
  let [factor, nextFactor] = [0, 1];
  while (nextRest !== 0) {
    const times = Math.floor(rest / nextRest);
    [rest, nextRest] = [nextRest, rest - times * nextRest];
    [factor, nextFactor] = [nextFactor, factor - times * nextFactor];
  }
  return ((factor % size) + size) % size;
}
