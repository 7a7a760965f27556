import type { FieldKind } from '../domain/collection.ts';
import type { Dimension } from '../domain/dimension.ts';
import { invalid } from '../domain/failure.ts';
import { cohortIntervals } from '../domain/published-report.ts';
import { readAll } from '../domain/read-all.ts';
import type { RetentionRequest, TransactionReportRequest } from '../operations/published-report.ts';
import { type Query, readFilter } from './collection-query.ts';
import { readChoice, readCurrency, readOptionalEdge } from './report-query.ts';

const leadSourceDimensions = [
  'source',
  'medium',
  'campaign',
  'content',
  'term',
  'affiliate',
  'subAffiliate',
  'salesAgent',
] as const satisfies readonly Dimension[];

/** The retention report was published with other names for the same fields. */
const aggregationFields: ReadonlyMap<string, Dimension> = new Map(
  leadSourceDimensions.flatMap((dimension) => [
    [`leadSource.${dimension}`, dimension],
    [`leads${dimension.charAt(0).toUpperCase()}${dimension.slice(1)}`, dimension],
  ]),
);

const aggregationFieldNames: readonly string[] = [...aggregationFields.keys()];

/** Fails with `invalid`, naming the faults of all parts at once. */
export function readTransactionReportQuery(query: Query): TransactionReportRequest {
  const [dimension, start, end, currency] = readAll([
    () => readAggregationField(query['aggregationField']),
    () => readOptionalEdge('periodStart', query['periodStart']),
    () => readOptionalEdge('periodEnd', query['periodEnd']),
    () => readCurrencyFilter(query['filter']),
  ]);
  return { dimension, start, end, currency };
}

/** Fails with `invalid`, naming the faults of all parts at once. */
export function readRetentionQuery(query: Query): RetentionRequest {
  const [common, interval, refunds] = readAll([
    () => readTransactionReportQuery(query),
    () => readChoice('aggregationPeriod', query['aggregationPeriod'], cohortIntervals),
    () => readChoice('includeRefunds', query['includeRefunds'], ['true', 'false']),
  ]);
  return { ...common, interval: interval ?? 'month', takesRefunds: refunds !== 'false' };
}

function readAggregationField(value: unknown): Dimension {
  if (value === undefined || value === '') return 'source';
  const dimension = typeof value === 'string' ? aggregationFields.get(value) : undefined;
  if (dimension !== undefined) return dimension;
  throw invalid('aggregationField', `must be one of ${aggregationFieldNames.join(', ')}`);
}

const filterFields: ReadonlyMap<'currency', FieldKind> = new Map([['currency', 'text']]);

/** The one currency that a filter asks for; null without a filter. Fails with `invalid` for any other filter. */
function readCurrencyFilter(value: unknown): string | null {
  const [condition, ...more] = readFilter(value, filterFields);
  if (condition === undefined) return null;
  const [alternative, ...others] = condition.alternatives;
  const isOne = more.length === 0 && others.length === 0 && !condition.negated;
  if (isOne && alternative !== undefined && 'equals' in alternative && alternative.equals !== null) {
    try {
      return readCurrency(alternative.equals);
    } catch {
      throw invalid('filter', 'must name a currency by ISO 4217, such as currency:EUR');
    }
  }
  throw invalid('filter', 'must be one currency, such as currency:EUR');
}
