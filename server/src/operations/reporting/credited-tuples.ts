import type { Filter } from '../../domain/collection.ts';
import type { CreditedBy } from '../../domain/conversion-query.ts';
import { filterMatches, type TupleFilterField, tupleReader } from '../../domain/credit-filter.ts';
import type { CreditQuestion } from '../../domain/credit-sum.ts';
import { noTuple } from '../../domain/dimension.ts';
import { invalid } from '../../domain/failure.ts';
import type { Principal } from '../../domain/principal.ts';
import type { Channels } from '../channel.ts';
import type { OperationContext } from '../context.ts';

/** What a report's row counts: credits of touches that say this, or of none. */
export type AskedCredit = 'unattributed' | Filter<TupleFilterField>;

type ReadingStore = Pick<OperationContext['store'], 'read'>;

/** Far more lead sources than a row of any report unites, and not too many for one statement. */
const maximumTuples = 10_000;
/** Years from 1970 on, wider than any clock goes. */
const always = { bucket: 0, from: -2_500, until: 10_000 };

/** The tuples of which credits in force are asked for. Fails with `invalid` where they are too many. */
export async function creditedTuples(
  store: ReadingStore,
  { organization }: Principal,
  settingsVersion: number,
  asked: AskedCredit,
  channels: Channels,
): Promise<CreditedBy> {
  if (asked === 'unattributed') return { settingsVersion, tuples: [noTuple] };
  const keys = await tuplesWithCredit(store, organization.id, settingsVersion);
  const { channelOf } = await channels.of(organization.id);
  const read = await store.read.tuples(organization.id, keys);
  const tuples = keys.filter((_key, place) => {
    const tuple = read[place];
    return tuple !== undefined && filterMatches(asked, tupleReader(tuple, channelOf));
  });
  if (tuples.length > maximumTuples) {
    throw invalid('credited', `Must choose at most ${maximumTuples} different lead sources.`);
  }
  return { settingsVersion, tuples };
}

/** The roll-ups of years know every one, whatever its currency. */
async function tuplesWithCredit(
  { read }: ReadingStore,
  organizationId: string,
  settingsVersion: number,
): Promise<readonly number[]> {
  const currencies = await read.creditCurrencies(organizationId, settingsVersion);
  const questions = currencies.map((currency): CreditQuestion => {
    const spans = { years: [always], months: [], days: [], moments: [] };
    const whole = { models: ['first'], dateBasis: 'conversion', touchFilter: [], groups: null } as const;
    return { settingsVersion, currency, spans, ...whole };
  });
  const sums = await Promise.all(questions.map((question) => read.creditSums(organizationId, question)));
  return [...new Set(sums.flatMap(({ groups }) => groups))].filter((key) => key !== noTuple);
}
