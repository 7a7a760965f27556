import { Failure } from './failure.ts';
import { inverse, solve } from './linear-equations.ts';

/** A sequence of channels, oldest first, and how often it ended with and without a conversion. Channels are numbers from 0. */
export interface CountedPath {
  readonly channels: ArrayLike<number>;
  readonly conversions: number;
  /** How many customers took this path and did not convert. */
  readonly nulls: number;
}

export interface MarkovResult {
  /** For a customer at the start; 0 where there are no paths. */
  readonly conversionProbability: number;
  /** By channel: the part of that probability that is lost if everything through the channel leads nowhere. */
  readonly removalEffects: readonly number[];
  /** By channel; they sum to 1 unless nobody converted. */
  readonly shares: readonly number[];
}

export const markovOrders = [1, 2, 3] as const;
export type MarkovOrder = (typeof markovOrders)[number];

/** Inverting a matrix of this many states takes seconds. */
const maximumStates = 2000;

/**
 * Removal effects by a Markov chain that remembers `order` channels, solved exactly. Fails with `invalid` where the paths have
 * too many states.
 */
export function markov(paths: Iterable<CountedPath>, channelCount: number, order: MarkovOrder): MarkovResult {
  const chain = countTransitions(paths, channelCount, order);
  const { starts, toConversion, visits } = fundamental(chain);
  const count = chain.states.length;
  // How often a customer passes through each state, and how likely a customer there is to convert.
  const expected = new Float64Array(count);
  const converting = new Float64Array(count);
  for (let from = 0; from < count; from++) {
    for (let to = 0; to < count; to++) {
      const visit = visits[from * count + to] ?? 0;
      expected[to] = (expected[to] ?? 0) + (starts[from] ?? 0) * visit;
      converting[from] = (converting[from] ?? 0) + visit * (toConversion[to] ?? 0);
    }
  }
  const probability = dot(starts, converting);
  const removalEffects = Array.from({ length: channelCount }, (_none, channel) => {
    if (probability === 0) return 0;
    const through = statesThrough(chain, channel);
    // Weighted by where customers first enter the set, each conversion that leads through it counts once.
    const entries = solve(submatrix(visits, count, through), pick(converting, through));
    return dot(pick(expected, through), entries) / probability;
  });
  const total = removalEffects.reduce((sum, effect) => sum + effect, 0);
  return {
    conversionProbability: probability,
    removalEffects,
    shares: removalEffects.map((effect) => (total === 0 ? 0 : effect / total)),
  };
}

/** A customer's position: the last channels of the path so far. */
interface State {
  readonly channels: readonly number[];
  /** How often each state came next, by the state's number. */
  readonly next: Map<number, number>;
  begins: number;
  converts: number;
  /** How often it was left, for whatever came next. */
  leaves: number;
}

interface Chain {
  readonly states: State[];
  begins: number;
}

function countTransitions(paths: Iterable<CountedPath>, channelCount: number, order: MarkovOrder): Chain {
  const chain: Chain = { states: [], begins: 0 };
  const numbers = new Map<number | string, number>();
  // A number is quicker, as long as it tells every window from all others.
  const keyOf = (channelCount + 1) ** order <= Number.MAX_SAFE_INTEGER ? windowNumber : windowText;
  const add = (channels: readonly number[]): number => {
    const number = chain.states.length;
    if (number === maximumStates) throw tooManyStates(order);
    return chain.states.push({ channels, next: new Map(), begins: 0, converts: 0, leaves: 0 }) - 1;
  };
  for (const { channels, conversions, nulls } of paths) {
    const times = conversions + nulls;
    if (channels.length === 0 || times === 0) continue;
    let previous: State | undefined;
    for (let end = Math.min(order, channels.length); end <= channels.length; end++) {
      const start = Math.max(0, end - order);
      const key = keyOf(channels, start, end, channelCount);
      const number = numbers.get(key) ?? add(window(channels, start, end));
      numbers.set(key, number);
      const state = chain.states[number];
      // Equal windows in succession count as one.
      if (state === undefined || state === previous) continue;
      if (previous === undefined) state.begins += times;
      else previous.next.set(number, (previous.next.get(number) ?? 0) + times);
      state.leaves += times;
      previous = state;
    }
    if (previous !== undefined) previous.converts += conversions;
    chain.begins += times;
  }
  return chain;
}

function window(channels: ArrayLike<number>, start: number, end: number): readonly number[] {
  return Array.from({ length: end - start }, (_none, index) => channels[start + index] ?? 0);
}

/** A distinct number for each window, including those of paths shorter than the order. */
function windowNumber(channels: ArrayLike<number>, start: number, end: number, channelCount: number): number {
  let key = 0;
  for (let index = start; index < end; index++) key = key * (channelCount + 1) + (channels[index] ?? 0) + 1;
  return key;
}

function windowText(channels: ArrayLike<number>, start: number, end: number): string {
  return window(channels, start, end).join(' ');
}

/** How a chain begins and ends, and how often a customer in one state (row) is expected to visit another (column). */
function fundamental({ states, begins }: Chain) {
  const count = states.length;
  const matrix = new Float64Array(count * count);
  states.forEach(({ next, leaves }, from) => {
    matrix[from * count + from] = 1;
    for (const [to, times] of next) {
      matrix[from * count + to] = (matrix[from * count + to] ?? 0) - times / leaves;
    }
  });
  return {
    starts: Float64Array.from(states, (state) => state.begins / begins),
    toConversion: Float64Array.from(states, (state) => state.converts / state.leaves),
    visits: inverse(matrix, count),
  };
}

function statesThrough({ states }: Chain, channel: number): readonly number[] {
  return states.flatMap(({ channels }, number) => (channels.includes(channel) ? [number] : []));
}

function submatrix(matrix: Float64Array, size: number, chosen: readonly number[]): Float64Array {
  return Float64Array.from(chosen.flatMap((row) => chosen.map((column) => matrix[row * size + column] ?? 0)));
}

function pick(vector: Float64Array, chosen: readonly number[]): Float64Array {
  return Float64Array.from(chosen, (index) => vector[index] ?? 0);
}

function dot(one: Float64Array, other: Float64Array): number {
  return one.reduce((sum, value, index) => sum + value * (other[index] ?? 0), 0);
}

function tooManyStates(order: MarkovOrder) {
  const advice = order === 1 ? 'Choose a dimension with fewer values.' : 'Choose a lower order.';
  return new Failure('invalid', `The paths have more than ${maximumStates} states. ${advice}`);
}
