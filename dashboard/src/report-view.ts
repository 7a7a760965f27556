import { ProblemError } from '@leadsource/client';

/** What every report page keeps in its address. */

export const models = ['first', 'last', 'last-non-direct', 'linear', 'position-based', 'time-decay'] as const;
export type Model = (typeof models)[number];
export const modelNames: Readonly<Record<Model, string>> = {
  first: 'First touch',
  last: 'Last touch',
  'last-non-direct': 'Last non-direct',
  linear: 'Linear',
  'position-based': 'Position-based',
  'time-decay': 'Time decay',
};
export const defaultModel: Model = 'last-non-direct';

export const dimensionNames = {
  channel: 'Channel',
  source: 'Source',
  medium: 'Medium',
  campaign: 'Campaign',
  term: 'Term',
  content: 'Content',
  affiliate: 'Affiliate',
  subAffiliate: 'Sub-affiliate',
  salesAgent: 'Sales agent',
} as const;
export type Dimension = keyof typeof dimensionNames;

export const isDimension = (name: string | null): name is Dimension =>
  name !== null && Object.hasOwn(dimensionNames, name);
export const isModel = (name: string | null): name is Model => models.some((model) => model === name);
export const modelOf = (query: URLSearchParams, unsaid: Model = defaultModel): Model => {
  const name = query.get('model');
  return isModel(name) ? name : unsaid;
};

const dayMilliseconds = 86_400_000;
export const presets = { '30': 'Last 30 days', '90': 'Last 90 days', '365': 'Last 12 months' } as const;
const defaultDays = 90;

/** Days as readers name them: the last one is included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

const dayOf = (time: number) => new Date(time).toISOString().slice(0, 10);
const timeOf = (day: string) => Date.parse(`${day}T00:00:00Z`);
/** A year that is still being typed, such as 0020, does not count. */
export const isDay = (text: string | null): text is string =>
  text !== null && /^(19[7-9]|[2-9]\d\d)\d-\d{2}-\d{2}$/.test(text) && !Number.isNaN(timeOf(text));

let reportingZone: string | undefined;

/** Sets the time zone of days. Until it is known, or if the browser does not know it, days are those of the reader. */
export function reportIn(timezone: string | undefined): void {
  reportingZone = timezone;
}

function today(): string {
  const now = new Date();
  try {
    return now.toLocaleDateString('sv-SE', { timeZone: reportingZone });
  } catch {
    return now.toLocaleDateString('sv-SE');
  }
}

/** The last `count` days, including today. */
export function latestDays(count: number): Period {
  const last = timeOf(today());
  return { from: dayOf(last - (count - 1) * dayMilliseconds), to: dayOf(last) };
}

export function periodOf(query: URLSearchParams): Period {
  const usual = latestDays(defaultDays);
  const [from, to] = [query.get('from'), query.get('to')];
  return { from: isDay(from) ? from : usual.from, to: isDay(to) ? to : usual.to };
}

/** The period as reports take it: it ends with the day after the last. */
export function askedPeriod({ from, to }: Period): { periodStart: string; periodEnd: string } {
  return { periodStart: from, periodEnd: dayOf(timeOf(to) + dayMilliseconds) };
}

/** The period of the same length right before. */
export function periodBefore({ from, to }: Period): Period {
  const length = timeOf(to) - timeOf(from) + dayMilliseconds;
  return { from: dayOf(timeOf(from) - length), to: dayOf(timeOf(from) - dayMilliseconds) };
}

type Interval = 'day' | 'week' | 'month';

/** How finely a period is divided, so that a chart has neither two bars nor two hundred. */
export function intervalOf({ from, to }: Period): Interval {
  const days = (timeOf(to) - timeOf(from)) / dayMilliseconds + 1;
  return days <= 31 ? 'day' : days <= 190 ? 'week' : 'month';
}

/** The days on which the parts of a period begin, such as Mondays; the first may precede the period. */
export function intervalStarts(period: Period): readonly string[] {
  const interval = intervalOf(period);
  const starts: string[] = [];
  let time = startOf(interval, timeOf(period.from));
  while (time <= timeOf(period.to)) {
    starts.push(dayOf(time));
    time = startOf(interval, time + { day: 1, week: 7, month: 31 }[interval] * dayMilliseconds);
  }
  return starts;
}

/** The start of the part that contains a day. */
function startOf(interval: Interval, time: number): number {
  const date = new Date(time);
  const daysBefore = { day: 0, week: (date.getUTCDay() + 6) % 7, month: date.getUTCDate() - 1 };
  return time - daysBefore[interval] * dayMilliseconds;
}

/** A report in one currency, and all currencies that it could have. */
export interface InCurrency<Value> {
  readonly value: Value;
  readonly currencies: readonly string[];
}

/**
 * Asks in the currency that the view names. If it names none, asks without one, and if the service then demands a choice, in the
 * currency that it names first: the one that is used most.
 */
export async function inCurrency<Value>(
  query: URLSearchParams,
  ask: (currency: string | undefined) => Promise<Value>,
): Promise<InCurrency<Value>> {
  const named = query.get('currency') ?? undefined;
  const all = ask(undefined).then((value) => ({ value, currencies: [] }), currenciesAsked);
  if (named !== undefined) {
    const [value, others] = await Promise.all([ask(named), all]);
    return { value, currencies: [...new Set([named, ...others.currencies])].toSorted() };
  }
  const found = await all;
  if ('value' in found) return found;
  return { value: await ask(found.currencies[0]), currencies: found.currencies.toSorted() };
}

/** The currencies between which the service demands a choice. Throws any other error. */
function currenciesAsked(error: unknown): { readonly currencies: readonly string[] } {
  const faults = error instanceof ProblemError && error.status === 422 ? error.invalidFields : [];
  const fault = faults.find(({ field }) => field === 'currency');
  const currencies = fault?.message.match(/\b[A-Z]{3}\b/g) ?? [];
  if (currencies.length === 0) throw error;
  return { currencies };
}

/** What a table or a chart shows for a value. */
export function valueName(
  row: { readonly unattributed?: true | undefined; readonly other?: true | undefined },
  value: string | null | undefined,
): string {
  if (row.unattributed === true) return '(unattributed)';
  if (row.other === true) return '(all others)';
  // An empty text is a value of its own, and has to be seen and followed as others are.
  return value === '' ? '(empty)' : (value ?? '(not set)');
}
