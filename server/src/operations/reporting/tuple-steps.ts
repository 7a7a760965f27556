import type { TupleGroups } from '../../domain/credit-sum.ts';
import { type ChannelOf, type Dimension, valuesOf } from '../../domain/dimension.ts';
import type { OperationContext } from '../context.ts';

/** What each tuple is a step of on a path. */
export interface TupleSteps {
  /** By the number of the step; null for what is unset. */
  readonly values: readonly (string | null)[];
  readonly groups: TupleGroups;
}

/** Few enough that whoever waits for an answer meanwhile waits some milliseconds. */
const tuplesAtOnce = 500;

/** Gives each value of a dimension a number, for all tuples of an organization. */
export async function tupleSteps(
  { read }: Pick<OperationContext['store'], 'read'>,
  organizationId: string,
  dimension: Dimension,
  channelOf: ChannelOf,
): Promise<TupleSteps> {
  const tupleKeys = await read.tupleKeys(organizationId);
  const numbers = new Map<string | null, number>();
  const groups: number[] = [];
  for (let start = 0; start < tupleKeys.length; start += tuplesAtOnce) {
    const tuples = await read.tuples(organizationId, tupleKeys.slice(start, start + tuplesAtOnce));
    for (const tuple of tuples) {
      const [value = null] = valuesOf([dimension], tuple, channelOf);
      const number = numbers.get(value) ?? numbers.size;
      numbers.set(value, number);
      groups.push(number);
    }
  }
  return { values: [...numbers.keys()], groups: { tupleKeys, groups } };
}
