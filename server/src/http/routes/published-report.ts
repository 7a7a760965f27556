import { currencyDigits, formatAmount, meanAmount } from '../../domain/money.ts';
import { cohortIntervals } from '../../domain/published-report.ts';
import { readAll } from '../../domain/read-all.ts';
import type {
  PublishedReportOperations,
  RetentionReport,
  TransactionRow,
} from '../../operations/published-report.ts';
import { pageHeaders, readPage } from '../collection-query.ts';
import { describedBy } from '../parameters.ts';
import { readRetentionQuery, readTransactionReportQuery } from '../published-report-query.ts';
import { pageHeaderNames, type Route, route } from '../route.ts';
import { reference } from '../schemas.ts';
import { presentRows } from '../tabular.ts';

const common = { method: 'GET', permission: 'reports:read', tag: 'Reports' } as const;
const attribution =
  'A conversion counts for the lead source to which `last-non-direct` credits it; amounts are JSON numbers in one ' +
  'currency, which `filter` names if there are several (`currency:EUR`). Without a period, the report is on the ' +
  'current month.';

const ofCurrency = describedBy({ filterFields: new Map([['currency', 'text']]) }, 'currency:EUR');

export function publishedReportRoutes(operations: PublishedReportOperations): readonly Route[] {
  return [
    route({
      ...common,
      path: '/experimental/reports/transactions',
      operationId: 'GetTransactionReport',
      summary: 'Report transactions, in the published shape',
      description: `What was sold and given back, grouped by a member of the lead source. ${attribution}`,
      parameters: ['aggregationField', 'periodStart', 'periodEnd', 'filter', 'limit', 'offset'],
      described: ofCurrency,
      answers: {
        200: {
          description: 'The report.',
          schema: reference('ReportTransactions'),
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, query, ending }) => {
        const [request, page] = readAll([() => readTransactionReportQuery(query), () => readPage(query)]);
        const { rows, currency } = await operations.transactions(principal, request, ending);
        const shown = rows.slice(page.offset, page.offset + page.limit);
        const show = (row: TransactionRow) => transactionDocument(row, numberOf(currency));
        return { status: 200, body: { data: shown.map(show) }, headers: pageHeaders(page, rows.length) };
      },
    }),
    route({
      ...common,
      path: '/experimental/reports/retention-value',
      operationId: 'GetRetentionValueReport',
      summary: 'Report what customers pay over time, in the published shape',
      description:
        'Customers who first paid in the period, grouped by a member of the lead source they came by then, and what they paid ' +
        `in each interval after that (${cohortIntervals.join(', ')}). ${attribution}`,
      parameters: [
        'aggregationField',
        'aggregationPeriod',
        'includeRefunds',
        'periodStart',
        'periodEnd',
        'filter',
        'limit',
        'offset',
      ],
      described: ofCurrency,
      answers: {
        200: {
          description: 'The report.',
          schema: reference('ReportRetentionValue'),
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, query, ending }) => {
        const [request, page] = readAll([() => readRetentionQuery(query), () => readPage(query)]);
        const { rows, currency } = await operations.retention(principal, request, ending);
        const shown = rows.slice(page.offset, page.offset + page.limit);
        const show = (row: RetentionReport['rows'][number]) => retentionDocument(row, numberOf(currency));
        const { body, headers } = presentRows(shown, show);
        return { status: 200, body, headers: { ...headers, ...pageHeaders(page, rows.length) } };
      },
    }),
  ];
}

type NumberOf = (amount: bigint) => number;

/** Converts amounts to the numbers of the published shapes. */
function numberOf(currency: string | null): NumberOf {
  const digits = currencyDigits(currency ?? '') ?? 0;
  return (amount) => Number(formatAmount(amount, digits));
}

function transactionDocument({ value, conversions, revenue, refunds }: TransactionRow, number: NumberOf) {
  const salesCount = Math.round(conversions);
  return {
    aggregationFieldValue: value,
    salesCount,
    salesValue: number(revenue),
    salesAverage: salesCount === 0 ? 0 : number(meanAmount(revenue, salesCount)),
    refundsValue: number(refunds),
    amount: number(revenue - refunds),
  };
}

function retentionDocument({ value, customers, periods }: RetentionReport['rows'][number], number: NumberOf) {
  return {
    aggregationValue: value,
    customersCount: customers,
    periods: periods().map(({ conversions, revenue, revenueSoFar }, period) => ({
      period,
      retentionAverage: number(meanAmount(revenueSoFar, customers)),
      transactionsCount: conversions,
      transactionsValue: number(revenue),
    })),
  };
}
