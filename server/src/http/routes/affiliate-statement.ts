import type { AffiliateLine } from '../../domain/affiliate-statement.ts';
import { cleanFraction, FractionSums } from '../../domain/fraction-sums.ts';
import { currencyDigits, formatAmount } from '../../domain/money.ts';
import { formatInstant } from '../../domain/time.ts';
import type {
  AffiliateStatement,
  AffiliateStatementOperations,
} from '../../operations/affiliate-statement.ts';
import { AffiliatePeriodInput, statementModelMeaning } from '../affiliate-schemas.ts';
import { linesType } from '../bulk.ts';
import { pageHeaders, readPage } from '../collection-query.ts';
import { readClosingRequest, readStatementQuery } from '../report-query.ts';
import { pageHeaderNames, type Route, route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';
import { type Cell, type Presentation, present, presentDocument, tableType } from '../tabular.ts';
import { faultsBy } from '../validation.ts';

const tag = 'Reports';
const path = '/affiliate-periods';
const otherTypes = { [linesType]: reference('AffiliateLine'), [tableType]: null };

export function affiliateStatementRoutes(operations: AffiliateStatementOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/reports/affiliates',
      permission: 'reports:read',
      operationId: 'GetAffiliateReport',
      tag,
      summary: 'Report what each affiliate sent and earned',
      description:
        'By affiliate, partner and click, according to what is known now. Without `periodStart` it follows the ' +
        'period closed last, and has a signed line wherever conversions of closed periods are no longer worth what ' +
        'was stated. Answered as JSON, CSV or lines of JSON, as `Accept` asks.',
      parameters: ['model', 'periodStart', 'periodEnd', 'timezone'],
      described: { model: { description: statementModelMeaning } },
      answers: {
        200: { description: 'The statement.', schema: reference('AffiliateStatement'), otherTypes },
      },
      handle: async ({ principal, query, headers, ending }) => {
        const statement = await operations.report(principal, readStatementQuery(query), ending);
        return present(headers.accept, presentationOf(statement));
      },
    }),
    routeWithBody({
      method: 'POST',
      path,
      permission: 'reports:write',
      operationId: 'PostAffiliatePeriod',
      tag,
      summary: 'Close a period and freeze its statement',
      description:
        'Later changes to its conversions become signed lines of the next period, with their causes; the numbers of ' +
        'touches and customers stay as they are now. Periods follow each other; only the first needs `periodStart`.',
      isRepeatable: true,
      body: AffiliatePeriodInput,
      furtherFaults: (body) => faultsBy(readClosingRequest, body),
      refusals: [409],
      answers: {
        201: {
          description: 'Period closed.',
          schema: reference('AffiliateStatement'),
          headers: ['Location'],
        },
      },
      handle: async ({ principal, body, once, link }) => {
        const statement = await operations.close(principal, readClosingRequest(body), once);
        const location = link(`${path}/${statement.closed?.id}`);
        const { body: document, headers } = presentDocument(presentationOf(statement));
        return { status: 201, body: document, headers: { ...headers, location } };
      },
    }),
    route({
      method: 'GET',
      path,
      permission: 'reports:read',
      operationId: 'GetAffiliatePeriodCollection',
      tag,
      summary: 'List closed periods',
      parameters: ['limit', 'offset'],
      order: 'periodStart',
      answers: {
        200: {
          description: 'A page of periods, the oldest first.',
          schema: { type: 'array', items: reference('AffiliatePeriod') },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, query }) => {
        const page = readPage(query);
        // All are read: closing a period is somebody's decision, so that there are few.
        const periods = await operations.list(principal);
        const items = periods.slice(page.offset, page.offset + page.limit);
        const body = items.map((period) => periodDocument(period, period));
        return { status: 200, body, headers: pageHeaders(page, periods.length) };
      },
    }),
    route({
      method: 'GET',
      path: `${path}/:id`,
      permission: 'reports:read',
      operationId: 'GetAffiliatePeriod',
      tag,
      summary: 'Read a frozen statement',
      description: 'Answered as JSON, CSV or lines of JSON, as `Accept` asks.',
      refusals: [404],
      answers: {
        200: {
          description: 'The statement as it was closed.',
          schema: reference('AffiliateStatement'),
          otherTypes,
        },
      },
      handle: async ({ principal, parameters, headers }) => {
        const statement = await operations.get(principal, parameters['id'] ?? '');
        return present(headers.accept, presentationOf(statement));
      },
    }),
  ];
}

function presentationOf(statement: AffiliateStatement): Presentation<AffiliateLine> {
  return {
    rows: statement.lines,
    head: periodDocument(statement.period, statement.closed),
    documentOf: (line) => lineDocument(line, statement),
    tail: () => ({ totals: totalsOf(statement.lines) }),
    columns: [
      'affiliate',
      'subAffiliate',
      'clickId',
      'currency',
      'touches',
      'customers',
      'conversions',
      'gross',
      'refunds',
      'net',
      'adjusts',
      'causes',
    ],
    cellsOf: (line) => [tableRow(line, statement)],
  };
}

function periodDocument(period: AffiliateStatement['period'], closed: AffiliateStatement['closed']) {
  return {
    ...(closed !== null && { id: closed.id }),
    periodStart: formatInstant(period.start),
    periodEnd: formatInstant(period.end),
    model: period.model,
    settingsVersion: period.settingsVersion,
    ...(closed !== null && { closedTime: formatInstant(closed.closedTime), actor: closed.actor }),
  };
}

function lineDocument(line: AffiliateLine, { period, periodIds }: AffiliateStatement) {
  const { affiliate, subAffiliate, clickId, currency, touches, customers, causes } = line;
  const adjusts = line.about === period.number ? null : (periodIds.get(line.about) ?? null);
  return {
    affiliate,
    subAffiliate,
    clickId,
    currency,
    ...(adjusts === null ? { touches, customers } : { adjusts, causes }),
    ...amountsOf(line, currency),
  };
}

function amountsOf(
  { conversions, gross, refunds }: Pick<AffiliateLine, 'conversions' | 'gross' | 'refunds'>,
  currency: string | null,
) {
  const digits = currencyDigits(currency ?? '') ?? 0;
  return {
    conversions: cleanFraction(conversions),
    gross: formatAmount(gross, digits),
    refunds: formatAmount(refunds, digits),
    net: formatAmount(gross - refunds, digits),
  };
}

function totalsOf(lines: readonly AffiliateLine[]) {
  const currencies = [...new Set(lines.flatMap(({ currency }) => currency ?? []))].toSorted();
  return currencies.map((currency) => {
    const conversions = new FractionSums(1);
    let [gross, refunds] = [0n, 0n];
    for (const line of lines.filter((each) => each.currency === currency)) {
      conversions.add(0, line.conversions);
      gross += line.gross;
      refunds += line.refunds;
    }
    return { currency, ...amountsOf({ conversions: conversions.at(0), gross, refunds }, currency) };
  });
}

function tableRow(line: AffiliateLine, statement: AffiliateStatement): readonly Cell[] {
  const { conversions, gross, refunds, net } = amountsOf(line, line.currency);
  const isOwn = line.about === statement.period.number;
  return [
    line.affiliate,
    line.subAffiliate ?? '(none)',
    line.clickId ?? '(none)',
    line.currency,
    isOwn ? line.touches : null,
    isOwn ? line.customers : null,
    conversions,
    ...[gross, refunds, net].map((plain) => ({ plain })),
    isOwn ? null : (statement.periodIds.get(line.about) ?? null),
    line.causes.join(' '),
  ];
}
