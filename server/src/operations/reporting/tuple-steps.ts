import { type Period, rolledUpSpans, type TupleGroups } from '../../domain/credit-sum.ts';
import { type ChannelOf, compareValues, type Dimension, valuesOf } from '../../domain/dimension.ts';
import { zoneDays } from '../../domain/reporting-zone.ts';
import type { CreditsInForce } from '../../storage/store.ts';
import type { OperationContext } from '../context.ts';
import { creditedTuples, readTuples } from './tuple-reading.ts';

/** The step of a path that each tuple stands for. */
export interface TupleSteps {
  /** The values of steps, by number; null for unset. */
  readonly values: readonly (string | null)[];
  readonly groups: TupleGroups;
}

interface CreditedPeriod {
  readonly currency: string;
  readonly period: Period;
  readonly dimension: Dimension;
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

/** The steps of the paths to all conversions of a period, of which there may be far fewer than an organization knows. */
export async function creditedSteps(
  store: Pick<OperationContext['store'], 'read'>,
  organizationId: string,
  { settingsVersion, settings }: CreditsInForce,
  { currency, period, dimension }: CreditedPeriod,
  channelOf: ChannelOf,
): Promise<TupleSteps> {
  const spans = rolledUpSpans([{ ...period, firstDay: null }], zoneDays(settings.reportingTimezone));
  const tupleKeys = await creditedTuples(store, organizationId, { settingsVersion, currency, spans });
  return tupleSteps(store, organizationId, tupleKeys, dimension, channelOf);
}

/** Numbers the values of a dimension for tuples. The numbers depend on the values alone, not on which came first. */
export async function tupleSteps(
  store: Pick<OperationContext['store'], 'read'>,
  organizationId: string,
  tupleKeys: readonly number[],
  dimension: Dimension,
  channelOf: ChannelOf,
): Promise<TupleSteps> {
  const said = await valuesOfTuples(store, organizationId, tupleKeys, dimension, channelOf);
  const values = [...new Set(said)].toSorted((one, other) => compareValues([one], [other]));
  const numbers = new Map(values.map((value, number) => [value, number]));
  return { values, groups: { tupleKeys, groups: said.map((value) => numbers.get(value) ?? 0) } };
}
