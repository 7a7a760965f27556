import { plus, type Whole } from '../domain/whole.ts';
import { measureColumns } from './money-columns.ts';

/** An amount to add to a row of a roll-up. */
export interface RollUpDelta {
  readonly version: number;
  readonly currency: string;
  /** A day, a month or a year. */
  readonly period: number;
  readonly tupleId: number;
  credits: number;
  /** In the order of `measureColumns`. */
  readonly measures: Whole[];
}

/**
 * Deltas by their places in nested maps with numeric keys: building a text key for each credit would cost more than the
 * addition itself.
 */
export class RollUpDeltas {
  readonly all: RollUpDelta[] = [];
  readonly #byVersion = new Map<number, Map<string, Map<number, Map<number, RollUpDelta>>>>();

  at(version: number, currency: string, period: number, tupleId: number): RollUpDelta {
    const byPeriod = under(under(this.#byVersion, version), currency);
    const byTuple = under(byPeriod, period);
    const known = byTuple.get(tupleId);
    if (known !== undefined) return known;
    const measures = Array<Whole>(measureColumns.length).fill(0);
    const delta: RollUpDelta = { version, currency, period, tupleId, credits: 0, measures };
    byTuple.set(tupleId, delta);
    this.all.push(delta);
    return delta;
  }

  /** Adds a delta for the same kind of period. */
  add({ version, currency, period, tupleId, credits, measures }: RollUpDelta): void {
    const delta = this.at(version, currency, period, tupleId);
    delta.credits += credits;
    for (let place = 0; place < measures.length; place++)
      addMeasure(delta.measures, place, measures[place] ?? 0);
  }
}

/**
 * Deltas summed up by longer periods. `openOf` gives the first longer period that a version has not summed up yet; deltas
 * from that period on are left out.
 */
export function summedUp(
  deltas: readonly RollUpDelta[],
  longerOf: (period: number) => number,
  openOf: (version: number) => number | undefined = () => undefined,
): readonly RollUpDelta[] {
  const summed = new RollUpDeltas();
  for (const { version, currency, tupleId, period, credits, measures } of deltas) {
    const longer = longerOf(period);
    const open = openOf(version);
    if (open !== undefined && longer >= open) continue;
    summed.add({ version, currency, period: longer, tupleId, credits, measures });
  }
  return summed.all;
}

function under<Key, InnerKey, Value>(maps: Map<Key, Map<InnerKey, Value>>, key: Key): Map<InnerKey, Value> {
  const known = maps.get(key);
  if (known !== undefined) return known;
  const map = new Map<InnerKey, Value>();
  maps.set(key, map);
  return map;
}

export function changes({ credits, measures }: RollUpDelta): boolean {
  return credits !== 0 || measures.some((measure) => measure !== 0);
}

export function addMeasure(measures: Whole[], place: number, value: Whole): void {
  if (value !== 0) measures[place] = plus(measures[place] ?? 0, value);
}
