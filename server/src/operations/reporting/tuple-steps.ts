import type { TupleGroups } from '../../domain/credit-sum.ts';
import { type ChannelOf, compareValues, type Dimension, valuesOf } from '../../domain/dimension.ts';
import type { OperationContext } from '../context.ts';
import { readTuples } from './tuple-reading.ts';

/** The step of a path that each tuple stands for. */
export interface TupleSteps {
  /** The values of steps, by number; null for unset. */
  readonly values: readonly (string | null)[];
  readonly groups: TupleGroups;
}

/** The values of tuples in a dimension, in the order of their keys. */
export async function valuesOfTuples(
  store: Pick<OperationContext['store'], 'read'>,
  organizationId: string,
  tupleKeys: readonly number[],
  dimension: Dimension,
  channelOf: ChannelOf,
): Promise<readonly (string | null)[]> {
  const said: (string | null)[] = [];
  for await (const some of readTuples(store, organizationId, tupleKeys)) {
    for (const [, tuple] of some) said.push(valuesOf([dimension], tuple, channelOf)[0] ?? null);
  }
  return said;
}

/**
 * Numbers the values of a dimension for all tuples of an organization. The numbers depend on the values alone, not on which
 * came first.
 */
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
