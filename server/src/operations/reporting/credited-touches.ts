import type { AttributionModel } from '../../domain/attribution-models.ts';
import type { Filter } from '../../domain/collection.ts';
import type { CreditedBy } from '../../domain/conversion-query.ts';
import {
  type CreditFilterField,
  filterMatches,
  partsOfFilter,
  type TupleFilterField,
  tupleReader,
} from '../../domain/credit-filter.ts';
import { noTuple } from '../../domain/dimension.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Channels } from '../channel.ts';
import type { OperationContext } from '../context.ts';
import { creditedTuples, readTuples } from './tuple-reading.ts';

/** What a row of a report counts: what one of the models gives to matching touches, or to none. */
export interface AskedCredit {
  readonly by: 'unattributed' | Filter<CreditFilterField>;
  readonly models: readonly AttributionModel[];
}

type ReadingStore = Pick<OperationContext['store'], 'read'>;

/** Years are counted from 1970; these are wider than any clock goes. */
const always = { bucket: 0, from: -2_500, until: 10_000 };

/** The touches whose credits in force are asked for. */
export async function creditedTouches(
  store: ReadingStore,
  { organization }: Principal,
  settingsVersion: number,
  { by, models }: AskedCredit,
  channels: Channels,
): Promise<CreditedBy> {
  if (by === 'unattributed') return { settingsVersion, tuples: [noTuple], touchFilter: [], models };
  const { ofTuples, ofTouches: touchFilter } = partsOfFilter(by);
  const tuples =
    ofTuples.length === 0
      ? null
      : await tuplesMatching(store, organization.id, settingsVersion, ofTuples, channels);
  return { settingsVersion, tuples, touchFilter, models };
}

async function tuplesMatching(
  store: ReadingStore,
  organizationId: string,
  settingsVersion: number,
  filter: Filter<TupleFilterField>,
  channels: Channels,
): Promise<readonly number[]> {
  const keys = await tuplesWithCredit(store, organizationId, settingsVersion);
  const { channelOf } = await channels.of(organizationId);
  const tuples: number[] = [];
  for await (const some of readTuples(store, organizationId, keys)) {
    for (const [key, tuple] of some) {
      if (filterMatches(filter, tupleReader(tuple, channelOf))) tuples.push(key);
    }
  }
  return tuples;
}

/** The roll-ups of years have every tuple with a credit, in each currency. */
async function tuplesWithCredit(
  store: ReadingStore,
  organizationId: string,
  settingsVersion: number,
): Promise<readonly number[]> {
  const currencies = await store.read.creditCurrencies(organizationId, settingsVersion);
  const spans = { years: [always], months: [], days: [], moments: [] };
  const tuples = await Promise.all(
    currencies.map((currency) => creditedTuples(store, organizationId, { settingsVersion, currency, spans })),
  );
  return [...new Set(tuples.flat())];
}
