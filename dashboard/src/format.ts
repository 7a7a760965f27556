/** Numbers, money and times in the reader's own language and time zone. */

const numbers = new Intl.NumberFormat();
const shares = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const fractions = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const moments = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });
const days = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' });

export const formatCount = (count: number) => numbers.format(count);
/** Of shares of conversions, which are rarely whole. */
export const formatFraction = (value: number) => fractions.format(value);
export const formatShare = (share: number) => shares.format(share);
export const formatMoment = (time: string) => moments.format(new Date(time));
/** Of a date without a time, such as `2026-01-31`. */
export const formatDay = (date: string) => days.format(new Date(`${date.slice(0, 10)}T00:00:00Z`));

/** Of an amount as the service tells it: a decimal, exact to the last digit. */
export function formatMoney(amount: string, currency: string): string {
  const money = new Intl.NumberFormat(undefined, { style: 'currency', currency });
  return money.format(amount as Intl.StringNumericLiteral);
}

/** `2 days`, in the largest unit that fits. */
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
