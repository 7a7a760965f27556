import { Failure } from '../../domain/failure.ts';
import { currencyDigits, formatAmount, readAmount } from '../../domain/money.ts';
import { formatDay } from '../../domain/reporting-zone.ts';
import { type SpendEntry, spendFilterFields, spendSortFields } from '../../domain/spend.ts';
import { formatInstant, millisecondsPerDay, parseDate } from '../../domain/time.ts';
import type { SpendOperations, ToldSpend } from '../../operations/spend.ts';
import { pageHeaders, readCollectionQuery } from '../collection-query.ts';
import { describedBy } from '../parameters.ts';
import { pageHeaderNames, type Route, route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';
import { SpendInput, type SpendRowBody, spendFaults, spendRowsOf } from '../spend-schemas.ts';

const tag = 'Conversions';
const path = '/spend';
const rows = { type: 'array', items: reference('Spend') };
const collection = {
  filterFields: spendFilterFields,
  sortFields: spendSortFields,
  defaultSort: [{ field: 'date', descending: true }],
} as const;

export function spendRoutes(operations: SpendOperations): readonly Route[] {
  return [
    routeWithBody({
      method: 'PUT',
      path,
      permission: 'conversions:write',
      operationId: 'PutSpend',
      tag,
      summary: 'Record spend',
      description:
        'Each row replaces one of the same date, dimensions and currency. All rows are stored, or none. In ' +
        '`text/csv`, the first line names the columns, and an empty cell is null; faults name their line. A table ' +
        'with all columns of `leadsource export spend` is read as it was written: without the apostrophe before what ' +
        'looks like a formula, and with two quotes for an empty text, unless every cell is quoted.',
      body: SpendInput,
      takesTables: true,
      faults: spendFaults,
      answers: { 200: { description: 'The rows as they are stored.', schema: rows } },
      handle: async ({ principal, body }) => {
        const kept = await operations.put(principal, spendRowsOf(body).map(toldOf));
        return { status: 200, body: kept.map(spendDocument) };
      },
    }),
    route({
      method: 'GET',
      path,
      permission: 'conversions:read',
      operationId: 'GetSpendCollection',
      tag,
      summary: 'List spend',
      parameters: ['limit', 'offset', 'sort', 'filter'],
      described: describedBy(collection, 'source:google;date:2026-07-01..'),
      answers: {
        200: {
          description: 'A page of rows, by default the latest day first.',
          schema: rows,
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, query }) => {
        const page = readCollectionQuery(query, collection);
        const { items, total } = await operations.list(principal, page);
        return { status: 200, body: items.map(spendDocument), headers: pageHeaders(page, total) };
      },
    }),
  ];
}

/** What a row without faults says. */
function toldOf(row: SpendRowBody): ToldSpend {
  const read = readAmount(row.amount, currencyDigits(row.currency) ?? 0);
  if ('fault' in read) throw new Failure('invalid', read.fault);
  return {
    day: (parseDate(row.date) ?? 0) / millisecondsPerDay,
    channel: row.channel ?? null,
    medium: row.medium ?? null,
    source: row.source ?? null,
    campaign: row.campaign ?? null,
    term: row.term ?? null,
    content: row.content ?? null,
    affiliate: row.affiliate ?? null,
    subAffiliate: row.subAffiliate ?? null,
    salesAgent: row.salesAgent ?? null,
    currency: row.currency,
    amount: read.amount,
  };
}

function spendDocument({ day, updatedTime, amount, currency, ...dimensions }: SpendEntry) {
  return {
    date: formatDay(day),
    ...dimensions,
    amount: formatAmount(amount, currencyDigits(currency) ?? 0),
    currency,
    updatedTime: formatInstant(updatedTime),
  };
}
