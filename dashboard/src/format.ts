/** Numbers, money and times in the reader's language and time zone. */

const numbers = new Intl.NumberFormat();
const shares = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const fractions = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const seconds = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

/** Cuts a name given by others where there is no room for all of it. */
export const shortened = (text: string, most = 28) =>
  [...text].length <= most ? text : `${[...text].slice(0, most - 1).join('')}…`;

export const formatCount = (count: number) => numbers.format(count);
/** For shares of conversions, which are rarely whole. */
export const formatFraction = (value: number) => fractions.format(value);
export const formatShare = (share: number) => shares.format(share);
export const formatMoment = (time: string) => moments.format(new Date(time));
/** To the second, to distinguish it from others in the same minute. */
export const formatSecond = (time: string) => seconds.format(new Date(time));
/** Takes a date without a time, such as `2026-01-31`. */
export const formatDay = (date: string) => days.format(new Date(`${date.slice(0, 10)}T00:00:00Z`));

/** Takes an amount as the service writes it: a decimal, exact to the last digit. */
export function formatMoney(amount: string, currency: string): string {
  const [, decimals = ''] = amount.split('.');
  return moneyFormat(currency, decimals.length).format(amount as Intl.StringNumericLiteral);
}

const moneyFormats = new Map<string, Intl.NumberFormat>();

/** The service knows how many digits a currency has; some browsers round digits away. */
function moneyFormat(currency: string, digits: number): Intl.NumberFormat {
  const key = `${currency}${digits}`;
  const kept = moneyFormats.get(key);
  if (kept !== undefined) return kept;
  const format = new Intl.NumberFormat(undefined, {
    style: 'currency',
    currency,
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  moneyFormats.set(key, format);
  return format;
}

/** For numbers along a chart, such as `€1.2K`: not a figure, but a help to see how large one is. */
export function formatScale(value: number, currency: string | null): string {
  const style = currency === null ? {} : ({ style: 'currency', currency } as const);
  return new Intl.NumberFormat(undefined, { ...style, notation: 'compact' }).format(value);
}

/** A duration such as `2 days`, in the largest unit that fits. */
export function formatDuration(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
  ] as const;
  const [unit, size] = units.find(([, length]) => seconds >= length) ?? units[3];
  const format = new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit,
    unitDisplay: 'long',
    maximumFractionDigits: unit === 'day' ? 1 : 0,
  });
  return format.format(seconds / size);
}

/** The reader's time zone. */
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
