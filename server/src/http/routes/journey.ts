import { dimensions } from '../../domain/dimension.ts';
import { currencyDigits, formatAmount } from '../../domain/money.ts';
import { formatInstant } from '../../domain/time.ts';
import type {
  JourneyReport,
  JourneyReportOperations,
  JourneyRequest,
  JourneyRow,
} from '../../operations/journey.ts';
import { linesType } from '../bulk.ts';
import { readJourneyQuery } from '../report-query.ts';
import { type Route, route } from '../route.ts';
import { reference } from '../schemas.ts';
import { type Cell, type Presentation, present, tableType } from '../tabular.ts';

export function journeyReportRoutes(operations: JourneyReportOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/reports/journeys',
      permission: 'reports:read',
      operationId: 'GetJourneyReport',
      tag: 'Reports',
      summary: 'Report the most frequent paths to conversions',
      description:
        'Each path as the values of one dimension, touch by touch, with what came of it and how long it took. ' +
        'Conversions that no touch led to are one more row, which `limit` does not count. Answered as JSON, CSV or ' +
        'lines of JSON, as `Accept` asks.',
      parameters: ['dimension', 'periodStart', 'periodEnd', 'timezone', 'currency', 'limit'],
      described: {
        dimension: {
          description: `One dimension: ${dimensions.join(', ')}. Absent: \`channel\`.`,
          examples: ['source'],
        },
      },
      requires: ['periodStart', 'periodEnd'],
      answers: {
        200: {
          description: 'The report.',
          schema: reference('JourneyReport'),
          otherTypes: { [linesType]: reference('JourneyReportRow'), [tableType]: null },
        },
      },
      handle: async ({ principal, query, headers, ending }) => {
        const request = readJourneyQuery(query);
        const report = await operations.report(principal, request, ending);
        return present(headers.accept, presentationOf(request, report));
      },
    }),
  ];
}

function presentationOf({ dimension }: JourneyRequest, report: JourneyReport): Presentation<JourneyRow> {
  const digits = currencyDigits(report.currency ?? '') ?? 0;
  return {
    rows: report.rows,
    head: {
      dimension,
      currency: report.currency,
      periodStart: formatInstant(report.period.start),
      periodEnd: formatInstant(report.period.end),
      timezone: report.period.timezone,
      settingsVersion: report.settingsVersion,
      channelRulesVersion: report.channelRulesVersion,
    },
    documentOf: (row) => rowDocument(row, digits),
    tail: () => ({ totals: totalsOf(report, digits) }),
    columns: [
      'path',
      'customers',
      'currency',
      'conversions',
      'revenue',
      'refunds',
      'net',
      'touchesToConvert',
      'secondsToConvert',
    ],
    cellsOf: (row) => [tableRow(row, report.currency, digits)],
  };
}

/** Their means leave out the unattributed, which have no first touch. */
function totalsOf({ totals, rows }: JourneyReport, digits: number) {
  const unattributed = rows.find(({ kind }) => kind === 'unattributed')?.conversions ?? 0;
  return { customers: totals.customers, ...measuresOf(totals, digits, totals.conversions - unattributed) };
}

function rowDocument(row: JourneyRow, digits: number) {
  return {
    path: row.path,
    ...(row.kind !== 'path' && { [row.kind]: true }),
    ...(row.customers !== null && { customers: row.customers }),
    ...measuresOf(row, digits),
  };
}

/** Touches and seconds are means over the conversions, or over so many of them. */
function measuresOf(
  sum: Omit<JourneyRow, 'kind' | 'path' | 'customers'>,
  digits: number,
  counted = sum.conversions,
) {
  const { conversions, revenue, refunds, touches, milliseconds } = sum;
  const mean = (total: number) => (counted === 0 ? 0 : Number((total / counted).toFixed(3)));
  return {
    conversions,
    revenue: formatAmount(revenue, digits),
    refunds: formatAmount(refunds, digits),
    net: formatAmount(revenue - refunds, digits),
    touchesToConvert: mean(touches),
    secondsToConvert: mean(milliseconds / 1000),
  };
}

const labels = { other: '(other)', unattributed: '(unattributed)' } as const;

function tableRow(row: JourneyRow, currency: string | null, digits: number): readonly Cell[] {
  const { conversions, revenue, refunds, net, touchesToConvert, secondsToConvert } = measuresOf(row, digits);
  const path =
    row.kind === 'path' ? row.path.map((value) => value ?? '(none)').join(' > ') : labels[row.kind];
  const amounts = [revenue, refunds, net].map((plain) => ({ plain }));
  return [path, row.customers, currency, conversions, ...amounts, touchesToConvert, secondsToConvert];
}
