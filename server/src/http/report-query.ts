import { attributionModels, isAttributionModel } from '../domain/attribution-models.ts';
import { creditFilterFields } from '../domain/credit-filter.ts';
import { dateBases } from '../domain/credit-sum.ts';
import { type Dimension, dimensions } from '../domain/dimension.ts';
import { invalid } from '../domain/failure.ts';
import { markovOrders } from '../domain/markov.ts';
import { currencyDigits } from '../domain/money.ts';
import { pathModels } from '../domain/path-model.ts';
import { readAll } from '../domain/read-all.ts';
import { intervals, zoneName } from '../domain/reporting-zone.ts';
import { millisecondsPerDay, parseDate, parseInstant } from '../domain/time.ts';
import type { StatementRequest } from '../operations/affiliate-statement.ts';
import type { ReportRequest } from '../operations/attribution-report.ts';
import type { ConversionListRequest } from '../operations/conversion.ts';
import type { JourneyRequest } from '../operations/journey.ts';
import type { PathModelRequest } from '../operations/path-model.ts';
import type { AskedCredit } from '../operations/reporting/credited-touches.ts';
import { type AskedPeriod, isReversed, type PeriodEdge } from '../operations/reporting/period.ts';
import {
  type Query,
  readFilter,
  readFlag,
  readLimit,
  readNames,
  requireNoSearch,
} from './collection-query.ts';

const maximumDimensions = 2;

/** What a query asks of the attribution report. Fails with `invalid`, naming the faults of all its parts at once. */
export function readReportQuery(query: Query): ReportRequest {
  const [asked, models, period, currency, interval, filter, dateBasis, countsCustomers, limit] = readAll([
    () => readDimensions(query['dimension']),
    () => readModels(query['models']),
    () => readPeriod(query),
    () => readCurrency(query['currency']),
    () => readChoice('interval', query['interval'], intervals),
    () => readFilter(query['filter'], creditFilterFields),
    () => readChoice('dateBasis', query['dateBasis'], dateBases),
    () => readFlag(query, 'customers'),
    () => readLimit(query),
  ]);
  return {
    dimensions: asked,
    models,
    ...period,
    currency,
    interval,
    filter,
    dateBasis: dateBasis ?? 'conversion',
    countsCustomers,
    limit,
  };
}

/** What a query asks of the report of journeys. Fails with `invalid`, naming the faults of all its parts at once. */
export function readJourneyQuery(query: Query): JourneyRequest {
  const [dimension, period, currency, limit] = readAll([
    () => readDimension(query['dimension']),
    () => readPeriod(query),
    () => readCurrency(query['currency']),
    () => readLimit(query),
  ]);
  return { dimension, ...period, currency, limit };
}

/** What a query asks of a statement for affiliates. Fails with `invalid`, naming all faults at once. */
export function readStatementQuery(asked: Query): StatementRequest {
  const [model, start, end, timezone] = readAll([
    () => readChoice('model', asked['model'], attributionModels),
    () => readOptionalEdge('periodStart', asked['periodStart']),
    () => readOptionalEdge('periodEnd', asked['periodEnd']),
    () => readZone(asked['timezone']),
    () => requireNoSearch(asked),
  ]);
  return { model, start, end, timezone };
}

/** What a body asks of a statement that is to be frozen; absent is null, too. Fails as that of a query. */
export function readClosingRequest(asked: Query): StatementRequest {
  const members = ['model', 'periodStart', 'periodEnd', 'timezone'];
  return readStatementQuery(Object.fromEntries(members.map((member) => [member, inBody(asked, member)])));
}

/** A member of a body for what reads queries: there an empty text counts as absent, but not in a body. */
function inBody(asked: Query, member: string): unknown {
  return asked[member] === '' ? null : (asked[member] ?? undefined);
}

/** The credits that a conversion must have, namely those of a report's row; null for any. Fails with `invalid`. */
export function readCredited(query: Query): AskedCredit | null {
  const [by, models] = readAll([
    () => readCreditedTouch(query['credited']),
    () => readModels(query['models']),
  ]);
  return by === null ? null : { by, models };
}

function readCreditedTouch(value: unknown): AskedCredit['by'] | null {
  if (value === undefined || value === '') return null;
  return value === 'unattributed' ? value : readFilter(value, creditFilterFields, 'credited');
}

const ofPeriods = ['periodStart', 'periodEnd', 'timezone', 'dateBasis'];

/** The period in which a report must count a conversion, and by which date; null for any. Fails with `invalid`. */
export function readCounted(query: Query): ConversionListRequest['counted'] {
  if (ofPeriods.every((member) => query[member] === undefined)) return null;
  const [period, dateBasis] = readAll([
    () => readPeriod(query),
    () => readChoice('dateBasis', query['dateBasis'], dateBases),
  ]);
  return { ...period, dateBasis: dateBasis ?? 'conversion' };
}

/** What a body asks of a data-driven model. Fails with `invalid`, naming all faults at once. */
export function readPathModelRequest(asked: Query): PathModelRequest {
  const given = (member: string) => inBody(asked, member);
  const [model, order, dimension, period, currency] = readAll([
    () => readNeededChoice('model', given('model'), pathModels),
    () => readChoice('order', given('order'), markovOrders),
    () => readDimension(given('dimension')),
    () =>
      readPeriod({
        periodStart: given('periodStart'),
        periodEnd: given('periodEnd'),
        timezone: given('timezone'),
      }),
    () => readCurrency(given('currency')),
  ]);
  return { model, order: order ?? 1, dimension, ...period, currency };
}

export function readOptionalEdge(member: string, value: unknown): PeriodEdge | null {
  return value === undefined || value === '' ? null : readEdge(member, value);
}

function readDimension(value: unknown): Dimension {
  const [dimension = 'channel', ...more] = readDimensions(value);
  if (more.length > 0) throw invalid('dimension', 'must name one dimension');
  return dimension;
}

/** One dimension, or two different ones; the channel if none is named. */
function readDimensions(value: unknown): readonly Dimension[] {
  const names = readNames(value, 'dimension');
  if (names.length === 0) return ['channel'];
  const known = names.map((name) => dimensions.find((dimension) => dimension === name));
  const found = known.filter((dimension) => dimension !== undefined);
  if (found.length < names.length) throw invalid('dimension', `must name some of ${dimensions.join(', ')}`);
  if (found.length <= maximumDimensions && new Set(found).size === found.length) return found;
  throw invalid('dimension', 'must name one dimension, or two that differ');
}

function readModels(value: unknown): ReportRequest['models'] {
  const names = readNames(value, 'models');
  if (names.length === 0) return attributionModels;
  const models = names.filter(isAttributionModel);
  if (models.length < names.length)
    throw invalid('models', `must name some of ${attributionModels.join(', ')}`);
  if (new Set(models).size < models.length) throw invalid('models', 'must name no model more than once');
  return models;
}

/** The required `periodStart` and `periodEnd`, and the `timezone`, of a query or a body. Fails with `invalid`. */
export function readPeriod(asked: Query): AskedPeriod {
  const [[start, end], timezone] = readAll([
    () => readEdges(asked['periodStart'], asked['periodEnd']),
    () => readZone(asked['timezone']),
  ]);
  return { start, end, timezone };
}

function readEdges(from: unknown, until: unknown): readonly [start: PeriodEdge, end: PeriodEdge] {
  const [start, end] = readAll([() => readEdge('periodStart', from), () => readEdge('periodEnd', until)]);
  if (isReversed(start, end)) throw invalid('periodEnd', 'must be after periodStart');
  return [start, end];
}

function readEdge(member: string, value: unknown): PeriodEdge {
  const text = typeof value === 'string' ? value : '';
  const date = parseDate(text);
  if (date !== null) return { day: date / millisecondsPerDay };
  const instant = parseInstant(text);
  if (instant !== null) return { instant };
  const forms = 'a date, or a date and time with a zone by RFC 3339 (in a URL, "+" is written "%2B")';
  throw invalid(member, `must be given once: ${forms}`);
}

function readZone(value: unknown): string | null {
  if (value === undefined || value === '') return null;
  const name = typeof value === 'string' && value.length <= 64 ? zoneName(value) : null;
  if (name === null) throw invalid('timezone', 'must be the name of a time zone, such as Europe/Vienna');
  return name;
}

/** Null if it is absent. */
export function readCurrency(value: unknown): string | null {
  if (value === undefined || value === '') return null;
  if (typeof value === 'string' && currencyDigits(value) !== undefined) return value;
  throw invalid('currency', 'must be the code of a currency by ISO 4217, such as EUR');
}

/** Null if it is absent. Fails with `invalid`. */
export function readChoice<Choice extends string | number>(
  member: string,
  value: unknown,
  choices: readonly Choice[],
): Choice | null {
  return value === undefined || value === '' ? null : readNeededChoice(member, value, choices);
}

/** Fails with `invalid`, also if it is absent. */
export function readNeededChoice<Choice extends string | number>(
  member: string,
  value: unknown,
  choices: readonly Choice[],
): Choice {
  const choice = choices.find((each) => each === value);
  if (choice === undefined) throw invalid(member, `must be one of ${choices.join(', ')}`);
  return choice;
}
