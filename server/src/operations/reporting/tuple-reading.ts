import type { ChannelTuple } from '../../domain/channel.ts';
import type { CreditQuestion } from '../../domain/credit-sum.ts';
import { noTuple } from '../../domain/dimension.ts';
import type { OperationContext } from '../context.ts';

/** Few enough that concurrent requests wait only some milliseconds. */
const tuplesAtOnce = 500;

/** The tuples of these keys with their keys, in order, some at a time. */
export async function* readTuples(
  { read }: Pick<OperationContext['store'], 'read'>,
  organizationId: string,
  keys: readonly number[],
): AsyncGenerator<readonly (readonly [key: number, tuple: ChannelTuple])[], void, void> {
  for (let start = 0; start < keys.length; start += tuplesAtOnce) {
    const some = keys.slice(start, start + tuplesAtOnce);
    const tuples = await read.tuples(organizationId, some);
    yield tuples.map((tuple, place) => [some[place] as number, tuple]);
  }
}

/** The tuples with a credit in these spans by the dates of conversions. The sums by any model have them all. */
export async function creditedTuples(
  { read }: Pick<OperationContext['store'], 'read'>,
  organizationId: string,
  question: Pick<CreditQuestion, 'settingsVersion' | 'currency' | 'spans'>,
): Promise<readonly number[]> {
  const whole = { models: ['first'], dateBasis: 'conversion', touchFilter: [], groups: null } as const;
  const { groups } = await read.creditSums(organizationId, { ...question, ...whole });
  return groups.filter((key) => key !== noTuple);
}
