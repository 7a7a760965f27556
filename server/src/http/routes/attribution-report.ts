import { attributionModels } from '../../domain/attribution-models.ts';
import type { ReportCredit } from '../../domain/credit-adding.ts';
import { creditFilterFields } from '../../domain/credit-filter.ts';
import type { CreditMeasures } from '../../domain/credit-sum.ts';
import { cleanFraction } from '../../domain/fraction-sums.ts';
import { currencyDigits, formatAmount } from '../../domain/money.ts';
import { formatDay } from '../../domain/reporting-zone.ts';
import { formatInstant } from '../../domain/time.ts';
import type {
  AttributionReport,
  AttributionReportOperations,
  CountedReportRow,
  ReportRequest,
} from '../../operations/attribution-report.ts';
import { linesType } from '../bulk.ts';
import { isFilter } from '../filter-syntax.ts';
import { describedBy } from '../parameters.ts';
import { readReportQuery } from '../report-query.ts';
import { type Route, route } from '../route.ts';
import { reference } from '../schemas.ts';
import { type Cell, type Presentation, present, tableType } from '../tabular.ts';
import { LONGEST_TARGET_BYTES } from '../transport-guard.ts';

export function attributionReportRoutes(operations: AttributionReportOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/reports/attribution',
      permission: 'reports:read',
      operationId: 'GetAttributionReport',
      tag: 'Reports',
      summary: 'Report what each source of customers earned',
      description:
        'Conversions, revenue and refunds of a period by one or two dimensions, side by side for each model. ' +
        'Answered as JSON, CSV or lines of JSON, as `Accept` asks.',
      parameters: [
        'dimension',
        'models',
        'periodStart',
        'periodEnd',
        'timezone',
        'currency',
        'interval',
        'filter',
        'dateBasis',
        'customers',
        'limit',
      ],
      described: describedBy({ filterFields: creditFilterFields }, 'source:google,bing;medium:cpc'),
      requires: ['periodStart', 'periodEnd'],
      answers: {
        200: {
          description: 'The report.',
          schema: reference('AttributionReport'),
          otherTypes: {
            [linesType]: reference('AttributionReportRow'),
            [tableType]: null,
          },
        },
      },
      handle: async ({ principal, query, headers, link, ending }) => {
        const request = readReportQuery(query);
        const report = await operations.report(principal, request, ending);
        const filter = typeof query['filter'] === 'string' ? query['filter'] : '';
        const digits = currencyDigits(report.currency ?? '') ?? 0;
        return present(headers.accept, presentationOf({ request, filter, report, digits, link }));
      },
    }),
  ];
}

/** A report, and what it is written by. */
interface Answered {
  readonly request: ReportRequest;
  /** As it was requested; empty for none. */
  readonly filter: string;
  readonly report: AttributionReport;
  /** How many decimals its amounts have. */
  readonly digits: number;
  readonly link: (path: string) => string;
}

function presentationOf(answered: Answered): Presentation<CountedReportRow> {
  const { request, report, digits } = answered;
  return {
    rows: report.rows,
    head: {
      dimensions: request.dimensions,
      models: request.models,
      currency: report.currency,
      periodStart: formatInstant(report.period.start),
      periodEnd: formatInstant(report.period.end),
      timezone: report.period.timezone,
      dateBasis: request.dateBasis,
      settingsVersion: report.settingsVersion,
      channelRulesVersion: report.channelRulesVersion,
    },
    documentOf: (row) => rowDocument(answered, row),
    tail: () => ({
      totals: {
        ...spendMember(report.totals, digits),
        credits: creditsDocument(answered, report.totals),
      },
    }),
    columns: columnsOf(request),
    cellsOf: (row) => tableRows(answered, row),
  };
}

function rowDocument(answered: Answered, row: CountedReportRow) {
  const { request, report, digits } = answered;
  const { group, customers } = row;
  const interval = intervalOf(report, row);
  const href = linkTo(answered, row);
  const values = request.dimensions.map((dimension, index) => [dimension, group.values?.[index] ?? null]);
  return {
    values: Object.fromEntries(values),
    ...(group.kind !== 'values' && { [group.kind]: true }),
    ...(interval !== null && { interval }),
    ...(customers !== null && { customers }),
    ...spendMember(row, digits),
    credits: creditsDocument(answered, row),
    _links: href === null ? [] : [{ rel: 'conversions', href }],
  };
}

function intervalOf({ buckets }: AttributionReport, { bucket }: CountedReportRow): string | null {
  const firstDay = buckets[bucket]?.firstDay ?? null;
  return firstDay === null ? null : formatDay(firstDay);
}

function spendMember({ spend }: ReportCredit, digits: number) {
  return spend === 0n ? {} : { spend: formatAmount(spend, digits) };
}

function creditsDocument({ request, digits }: Answered, credit: ReportCredit) {
  const entries = request.models.map((model, index) => {
    const measures = credit.measures[index];
    return [model, measures === undefined ? {} : creditDocument(measures, credit.spend, digits)];
  });
  return Object.fromEntries(entries);
}

function creditDocument(measures: CreditMeasures, spend: bigint, digits: number) {
  const { revenue, refunds } = measures;
  const net = revenue - refunds;
  const newCustomers = cleanFraction(measures.newCustomers);
  const cost = spend === 0n || newCustomers <= 0 ? null : BigInt(Math.round(Number(spend) / newCustomers));
  return {
    conversions: cleanFraction(measures.conversions),
    newCustomers,
    revenue: formatAmount(revenue, digits),
    refunds: formatAmount(refunds, digits),
    net: formatAmount(net, digits),
    ...(cost !== null && { cac: formatAmount(cost, digits) }),
    ...(spend !== 0n && { roas: Number((Number(net) / Number(spend)).toPrecision(12)) }),
  };
}

/** Links to the conversions behind a row; null if no single request could ask for them. */
function linkTo(answered: Answered, row: CountedReportRow): string | null {
  const path = conversionsOf(answered, row);
  if (path === null) return null;
  const href = answered.link(path);
  return href.length > LONGEST_TARGET_BYTES ? null : href;
}

/**
 * The path to the conversions that a row's credits belong to. Null if no filter describes them: other values were folded into
 * the row, or the filter would exceed its limits.
 */
function conversionsOf({ request, filter, report }: Answered, row: CountedReportRow): string | null {
  const { start, end } = report.buckets[row.bucket] ?? report.period;
  const credited = creditedOf(request, filter, row);
  if (credited === null) return null;
  const query = new URLSearchParams({ credited });
  const ofCurrency = `currency:${report.currency}`;
  if (request.dateBasis === 'conversion') {
    query.set('filter', `occurredTime:${formatInstant(start)}..${formatInstant(end - 1)};${ofCurrency}`);
  } else {
    query.set('filter', ofCurrency);
    query.set('periodStart', formatInstant(start));
    query.set('periodEnd', formatInstant(end));
    query.set('dateBasis', request.dateBasis);
  }
  // With all models, every touch is credited by one of them.
  if (request.models.length < attributionModels.length) query.set('models', request.models.join(','));
  return `/conversions?${query}`;
}

function creditedOf({ dimensions }: ReportRequest, filter: string, { group }: CountedReportRow) {
  if (group.kind === 'other') return null;
  if (group.values === null) return 'unattributed';
  const said = group.values.map((value, index) => `${dimensions[index]}:${quoted(value)}`);
  const credited = (filter === '' ? said : [filter, ...said]).join(';');
  return isFilter(credited) ? credited : null;
}

function quoted(value: string | null): string {
  return value === null ? 'null' : `"${value.replaceAll(/["\\]/g, '\\$&')}"`;
}

function columnsOf({ dimensions, interval, countsCustomers }: ReportRequest): readonly string[] {
  return [
    ...(interval === null ? [] : ['interval']),
    ...dimensions,
    ...(countsCustomers ? ['customers'] : []),
    'currency',
    'spend',
    'model',
    'conversions',
    'newCustomers',
    'revenue',
    'refunds',
    'net',
    'cac',
    'roas',
  ];
}

const labels = { other: '(other)', unattributed: '(unattributed)', values: '(none)' } as const;

/** One line per model. */
function tableRows(
  { request, report, digits }: Answered,
  row: CountedReportRow,
): readonly (readonly Cell[])[] {
  const { group, customers, spend } = row;
  const interval = intervalOf(report, row);
  const before: readonly Cell[] = [
    ...(interval === null ? [] : [{ plain: interval }]),
    ...request.dimensions.map((_dimension, index) => group.values?.[index] ?? labels[group.kind]),
    ...(customers === null ? [] : [customers]),
    report.currency,
    { plain: formatAmount(spend, digits) },
  ];
  return request.models.map((model, index) => {
    const measures = row.measures[index];
    if (measures === undefined) throw new Error(`A row lacks the model ${model}.`);
    const { conversions, newCustomers, revenue, refunds, net, cac, roas } = creditDocument(
      measures,
      spend,
      digits,
    );
    const amounts = [revenue, refunds, net, cac ?? ''].map((plain) => ({ plain }));
    return [...before, model, conversions, newCustomers, ...amounts, roas ?? null];
  });
}
