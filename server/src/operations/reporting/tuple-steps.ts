import type { TupleGroups } from '../../domain/credit-sum.ts';
import { type ChannelOf, compareValues, type Dimension, valuesOf } from '../../domain/dimension.ts';
import type { OperationContext } from '../context.ts';

/** What each tuple is a step of on a path. */
export interface TupleSteps {
  /** By the number of the step; null for what is unset. */
  readonly values: readonly (string | null)[];
  readonly groups: TupleGroups;
}

/** Few enough that whoever waits for an answer meanwhile waits some milliseconds. */
const tuplesAtOnce = 500;

/** What tuples are by a dimension, in the order of their keys. */
export async function valuesOfTuples(
  { read }: Pick<OperationContext['store'], 'read'>,
  organizationId: string,
  tupleKeys: readonly number[],
  dimension: Dimension,
  channelOf: ChannelOf,
): Promise<readonly (string | null)[]> {
  const said: (string | null)[] = [];
  for (let start = 0; start < tupleKeys.length; start += tuplesAtOnce) {
    const tuples = await read.tuples(organizationId, tupleKeys.slice(start, start + tuplesAtOnce));
    for (const tuple of tuples) said.push(valuesOf([dimension], tuple, channelOf)[0] ?? null);
  }
  return said;
}

/** Gives each value of a dimension a number, for all tuples of an organization: by the values alone, whichever came first. */
export async function tupleSteps(
  store: Pick<OperationContext['store'], 'read'>,
  organizationId: string,
  dimension: Dimension,
  channelOf: ChannelOf,
): Promise<TupleSteps> {
  const tupleKeys = await store.read.tupleKeys(organizationId);
  const said = await valuesOfTuples(store, organizationId, tupleKeys, dimension, channelOf);
  const values = [...new Set(said)].toSorted((one, other) => compareValues([one], [other]));
  const numbers = new Map(values.map((value, number) => [value, number]));
  return { values, groups: { tupleKeys, groups: said.map((value) => numbers.get(value) ?? 0) } };
}
