import type {
  AffiliateStatement,
  AttributionReport,
  AttributionReportRow,
  JourneyReport,
  JourneyReportRow,
} from '@leadsource/client';
import { type Column, tableText } from '../document.ts';
import type { Surroundings } from '../surroundings.ts';
import { type ShownMeasure, shownMeasures } from './measure.ts';

export interface ReportTable {
  /** What the figures are about. */
  readonly about: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

const text = (heading: string): Column => ({ heading, isNumber: false });
const number = (heading: string): Column => ({ heading, isNumber: true });

/** Writes the table to standard output, and what it is about to standard error. */
export function writeReport({ out, err }: Surroundings, { about, columns, rows }: ReportTable): void {
  err(`${about}\n`);
  out(tableText(columns, rows));
}

export function attributionTable(report: AttributionReport, measure: ShownMeasure): ReportTable {
  const { dimensions, models, rows, totals } = report;
  const [first] = rows;
  const before = [
    ...(first?.interval === undefined ? [] : [text('interval')]),
    ...dimensions.map(text),
    ...(first?.customers === undefined ? [] : [number('customers')]),
    number('spend'),
  ];
  const figures = (credits: AttributionReportRow['credits']): readonly string[] =>
    models.length === 1
      ? shownMeasures.map((each) => figure(credits, models[0], each))
      : models.map((model) => figure(credits, model, measure));
  const named = models.length === 1 ? shownMeasures : models;
  const total = before.map(({ heading }, place) => {
    if (heading === 'spend') return totals.spend ?? '';
    return place === 0 ? 'total' : '';
  });
  return {
    about: `${models.length === 1 ? models[0] : measure}, ${aboutOf(report)}`,
    columns: [...before, ...named.map(number)],
    rows: [
      ...rows.map((row) => [...cellsBefore(row, dimensions), ...figures(row.credits)]),
      [...total, ...figures(totals.credits)],
    ],
  };
}

function cellsBefore(row: AttributionReportRow, dimensions: readonly string[]): readonly string[] {
  const values = row.values as Readonly<Record<string, string | null>>;
  return [
    ...(row.interval === undefined ? [] : [row.interval]),
    ...dimensions.map((dimension) => values[dimension] ?? labelOf(row)),
    ...(row.customers === undefined ? [] : [String(row.customers)]),
    row.spend ?? '',
  ];
}

function figure(
  credits: AttributionReportRow['credits'],
  model: string | undefined,
  measure: ShownMeasure,
): string {
  const credit = (
    credits as Readonly<Record<string, Readonly<Partial<Record<ShownMeasure, string | number>>>>>
  )[model ?? ''];
  const value = credit?.[measure];
  return value === undefined ? '' : String(value);
}

export function journeyTable(report: JourneyReport): ReportTable {
  const numbers = [
    'conversions',
    'revenue',
    'refunds',
    'net',
    'touchesToConvert',
    'secondsToConvert',
  ] as const;
  const { rows, totals } = report;
  const stepsOf = (row: JourneyReportRow) =>
    row.path.length === 0 ? labelOf(row) : row.path.map((step) => step ?? '(none)').join(' > ');
  return {
    about: `paths by ${report.dimension}, ${aboutOf(report)}`,
    columns: [text('path'), ...numbers.map(number)],
    rows: [
      ...rows.map((row) => [stepsOf(row), ...numbers.map((name) => String(row[name]))]),
      ['total', ...numbers.map((name) => String(totals[name]))],
    ],
  };
}

export function affiliateTable(statement: AffiliateStatement): ReportTable {
  const { periodStart, periodEnd, model, rows } = statement;
  const texts = ['affiliate', 'subAffiliate', 'clickId', 'currency'] as const;
  const numbers = ['touches', 'customers', 'conversions', 'gross', 'refunds', 'net'] as const;
  return {
    about: `affiliates by ${model}, ${periodStart} to ${periodEnd}`,
    columns: [...texts.map(text), ...numbers.map(number), text('adjusts'), text('causes')],
    rows: rows.map((row) => [
      ...texts.map((name) => row[name] ?? ''),
      ...numbers.map((name) => String(row[name] ?? '')),
      row.adjusts ?? '',
      (row.causes ?? []).join(', '),
    ]),
  };
}

/** The same labels as in CSV. */
function labelOf({
  unattributed,
  other,
}: {
  readonly unattributed?: unknown;
  readonly other?: unknown;
}): string {
  if (unattributed === true) return '(unattributed)';
  return other === true ? '(other)' : '(none)';
}

function aboutOf(report: AttributionReport | JourneyReport): string {
  const { periodStart, periodEnd, timezone, currency, settingsVersion } = report;
  const money = currency === null ? 'no conversions' : `in ${currency}`;
  return `${periodStart} to ${periodEnd} (${timezone}), ${money}, settings version ${settingsVersion}`;
}
