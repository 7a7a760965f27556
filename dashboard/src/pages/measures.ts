import type { AttributionReport } from '@leadsource/client';
import { formatFraction, formatMoney, formatScale } from '../format.ts';
import { valueName } from '../report-view.ts';

/** The measures by which rows of a report can be viewed. */

export const measureNames = {
  net: 'Net revenue',
  revenue: 'Revenue before refunds',
  refunds: 'Refunds',
  conversions: 'Conversions',
  newCustomers: 'New customers',
  cac: 'Cost per new customer',
  roas: 'Return on spend',
} as const;
export type Measure = keyof typeof measureNames;
export const isMeasure = (name: string | null): name is Measure =>
  name !== null && Object.hasOwn(measureNames, name);

type Row = AttributionReport['rows'][number];
export type Credit = NonNullable<Row['credits']['first']>;

/** As a number, to be drawn or compared; null if there is none. */
export function measureOf(credit: Credit | undefined, measure: Measure): number | null {
  const value = credit?.[measure];
  return value === undefined ? null : Number(value);
}

/** Measures of which less is better. */
export const costs: ReadonlySet<Measure> = new Set(['refunds', 'cac']);

/** Quotients do not exist where nothing happened, while sums are 0. */
export const quotients: ReadonlySet<Measure> = new Set(['cac', 'roas']);

const fractions: ReadonlySet<Measure> = new Set(['conversions', 'newCustomers', 'roas']);

/** The format of numbers along a chart. */
export function measureScale(measure: Measure, currency: string): (value: number) => string {
  return (value) => formatScale(value, fractions.has(measure) ? null : currency);
}

/** Exactly as the service states it. */
export function measureText(credit: Credit | undefined, measure: Measure, currency: string): string {
  const value = credit?.[measure];
  if (value === undefined) return '–';
  return typeof value === 'number' ? formatFraction(value) : formatMoney(value, currency);
}

/** The values of a row on one line. */
export function rowName({ dimensions }: AttributionReport, row: Row): string {
  const names = dimensions.map((dimension) => valueName(row, row.values[dimension]));
  return [...new Set(names)].join(' / ');
}
