import { digitsOf, type OwnedConversion } from '../../domain/conversion.ts';
import { conversionFilterFields, conversionSortFields } from '../../domain/conversion-query.ts';
import { Failure } from '../../domain/failure.ts';
import { currencyDigits, formatAmount, readAmount } from '../../domain/money.ts';
import { readAll } from '../../domain/read-all.ts';
import type { Refund } from '../../domain/refund.ts';
import { faultOfOccurrence, formatInstant, parseInstant } from '../../domain/time.ts';
import type { ConversionOperations, ConversionRequest } from '../../operations/conversion.ts';
import { answerLines, eachLine, type LinesRouteOptions, linesType, onRefusedLines } from '../bulk.ts';
import { pageHeaders, readCollectionQuery, readFlag, readPage } from '../collection-query.ts';
import {
  type ConversionBody,
  ConversionInput,
  conversionFaults,
  RefundInput,
  refundFaults,
} from '../conversion-schemas.ts';
import { checkWith, type FurtherFaults, furtherFaultsOf, momentRule } from '../further-faults.ts';
import { requireReportRead } from '../further-permission.ts';
import { describedBy } from '../parameters.ts';
import { appliedPreference, prefersMinimal } from '../prefer.ts';
import { readCounted, readCredited } from '../report-query.ts';
import { type Link, pageHeaderNames, type Route, route, routeWithBody, routeWithLines } from '../route.ts';
import { reference } from '../schemas.ts';
import { validatorBy } from '../validation.ts';

const tag = 'Conversions';
const path = '/conversions';
const schema = reference('Conversion');
const collection = {
  filterFields: conversionFilterFields,
  sortFields: conversionSortFields,
  defaultSort: [{ field: 'occurredTime', descending: true }],
} as const;

export function conversionRoutes(
  operations: ConversionOperations,
  { idleMilliseconds, now }: LinesRouteOptions,
): readonly Route[] {
  const furtherFaults = furtherFaultsOf({ occurredTime: momentRule(faultOfOccurrence, now) });
  return [
    bulkRoute(operations, furtherFaults, idleMilliseconds),
    routeWithBody({
      method: 'POST',
      path,
      permission: 'conversions:write',
      operationId: 'PostConversion',
      tag,
      summary: 'Record a conversion',
      description:
        'It may lie in the past. The touches that led to it are credited; an unknown customer is created.',
      isRepeatable: true,
      body: ConversionInput,
      faults: conversionFaults,
      furtherFaults,
      refusals: [409],
      answers: {
        200: { description: 'The same was recorded before under this id.', schema },
        201: { description: 'Conversion recorded.', schema, headers: ['Location'] },
      },
      handle: async ({ principal, body, once, link }) => {
        const recorded = await operations.record(principal, requestOf(body), { announces: true, once });
        const headers = { location: link(conversionPath(recorded.conversion.id)) };
        return { status: recorded.recorded ? 201 : 200, body: conversionDocument(recorded, link), headers };
      },
    }),
    route({
      method: 'GET',
      path,
      permission: 'conversions:read',
      operationId: 'GetConversionCollection',
      tag,
      summary: 'List conversions',
      description:
        'With `credited` and `models`, the conversions behind a row of a report, as the row links to them. With a ' +
        'period, those that a report on it counts; `dateBasis=refund` adds earlier ones that were refunded in it. ' +
        '`credited` also requires the permission `reports:read`.',
      parameters: [
        'limit',
        'offset',
        'sort',
        'filter',
        'credited',
        'models',
        'periodStart',
        'periodEnd',
        'timezone',
        'dateBasis',
      ],
      described: describedBy(collection, 'currency:EUR;occurredTime:2026-07-01..'),
      answers: {
        200: {
          description: 'A page of conversions, by default the latest first.',
          schema: { type: 'array', items: schema },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, query, link, ending }) => {
        const [page, credited, counted] = readAll([
          () => readCollectionQuery(query, collection),
          () => readCredited(query),
          () => readCounted(query),
        ]);
        if (credited !== null) requireReportRead(principal);
        const { items, total } = await operations.list(principal, { ...page, credited, counted }, ending);
        const body = items.map((owned) => conversionDocument(owned, link));
        return { status: 200, body, headers: pageHeaders(page, total) };
      },
    }),
    route({
      method: 'GET',
      path: `${path}/:id`,
      permission: 'conversions:read',
      operationId: 'GetConversion',
      tag,
      summary: 'Read a conversion',
      refusals: [404],
      answers: { 200: { description: 'The conversion.', schema } },
      handle: async ({ principal, parameters, link }) => {
        const owned = await operations.get(principal, idOf(parameters));
        return { status: 200, body: conversionDocument(owned, link) };
      },
    }),
    ...refundRoutes(operations, furtherFaults),
  ];
}

const validateLine = validatorBy(conversionFaults);

function bulkRoute(
  operations: ConversionOperations,
  furtherFaults: FurtherFaults,
  idleMilliseconds: number,
): Route {
  return routeWithLines({
    method: 'POST',
    path: `${path}/bulk`,
    permission: 'conversions:write',
    operationId: 'PostConversionBulk',
    tag,
    summary: 'Record many conversions',
    description:
      'One for each element of an array or line of `application/x-ndjson`: up to 64 MiB, and 64 KiB per line. Each ' +
      `line is stored or refused by itself; the answer has a line for each, in the same order. ${onRefusedLines}`,
    parameters: ['announce', 'Prefer'],
    lines: ConversionInput,
    answers: {
      200: {
        description: 'What became of each line.',
        schema: reference('LineOutcome'),
        mediaType: linesType,
      },
    },
    handle: async ({ principal, query, headers, body, log }) => {
      const announces = readFlag(query, 'announce');
      const work = async (value: unknown) => {
        checkWith(furtherFaults, value, validateLine);
        const { recorded, customerId, conversion } = await operations.record(
          principal,
          requestOf(value as ConversionBody),
          { announces },
        );
        return { status: recorded ? 201 : 200, customerId, id: conversion.id };
      };
      const onError = (error: unknown) => log.error({ err: error }, 'A line of conversions failed.');
      const isMinimal = prefersMinimal(headers);
      const begin = async () => eachLine(work);
      const answer = await answerLines(body, { begin, isMinimal, idleMilliseconds, onError });
      const told = { 'content-type': linesType, ...appliedPreference(isMinimal) };
      return { status: 200, body: answer, headers: told };
    },
  });
}

function refundRoutes(operations: ConversionOperations, furtherFaults: FurtherFaults): readonly Route[] {
  const refund = reference('Refund');
  return [
    routeWithBody({
      method: 'POST',
      path: `${path}/:id/refunds`,
      permission: 'conversions:write',
      operationId: 'PostConversionRefund',
      tag,
      summary: 'Refund a conversion',
      description: 'In part or, without an amount, everything that is left; never more.',
      isRepeatable: true,
      body: RefundInput,
      faults: refundFaults,
      furtherFaults,
      refusals: [404, 409],
      answers: {
        200: { description: 'The same was recorded before under this id.', schema: refund },
        201: { description: 'Refund recorded.', schema: refund },
      },
      handle: async ({ principal, parameters, body, once, link }) => {
        const { amount = null, occurredTime } = body;
        const told = { id: idTold(body.id), amount, occurredTime: instantOf(occurredTime) };
        const recorded = await operations.refund(principal, idOf(parameters), told, once);
        const document = refundDocument(recorded.refund, recorded, link);
        return { status: recorded.recorded ? 201 : 200, body: document };
      },
    }),
    route({
      method: 'GET',
      path: `${path}/:id/refunds`,
      permission: 'conversions:read',
      operationId: 'GetConversionRefundCollection',
      tag,
      summary: 'List the refunds of a conversion',
      parameters: ['limit', 'offset'],
      order: 'occurredTime',
      refusals: [404],
      answers: {
        200: {
          description: 'A page of refunds, oldest first.',
          schema: { type: 'array', items: refund },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, parameters, query, link }) => {
        const page = readPage(query);
        const { owned, refunds } = await operations.refunds(principal, idOf(parameters), page);
        const body = refunds.items.map((each) => refundDocument(each, owned, link));
        return { status: 200, body, headers: pageHeaders(page, refunds.total) };
      },
    }),
  ];
}

/** What a body without faults asks for. */
function requestOf(body: ConversionBody): ConversionRequest {
  const { customerId, currency, type, orderId, metadata } = body;
  const read = readAmount(body.amount, currencyDigits(currency) ?? 0);
  if ('fault' in read) throw new Failure('invalid', read.fault);
  return {
    id: idTold(body.id),
    customerId,
    occurredTime: instantOf(body.occurredTime),
    amount: read.amount,
    currency,
    type,
    orderId,
    metadata,
  };
}

function idTold(id: string | null | undefined): string | null {
  return id === undefined || id === '' ? null : id;
}

function instantOf(text: string | null | undefined): number | null {
  return text === undefined || text === null ? null : parseInstant(text);
}

/** Fails with `not-found` for text that no database stores. */
function idOf({ id = '' }: Readonly<Record<string, string>>): string {
  if (!id.includes('\0')) return id;
  throw new Failure('not-found', 'No such conversion.');
}

function conversionPath(id: string): string {
  return `${path}/${id}`;
}

function conversionDocument({ customerId, conversion }: OwnedConversion, link: Link) {
  const { id, type, amount, currency, refundedAmount, orderId, metadata } = conversion;
  const digits = digitsOf(conversion);
  return {
    id,
    customerId,
    occurredTime: formatInstant(conversion.occurredTime),
    type,
    amount: formatAmount(amount, digits),
    currency,
    refundedAmount: formatAmount(refundedAmount, digits),
    netAmount: formatAmount(amount - refundedAmount, digits),
    orderId,
    metadata,
    createdTime: formatInstant(conversion.createdTime),
    updatedTime: formatInstant(conversion.updatedTime),
    _links: [
      { href: link(conversionPath(id)), rel: 'self' },
      { href: link(`/customers/${customerId}`), rel: 'customer' },
      { href: link(`${conversionPath(id)}/refunds`), rel: 'refunds' },
    ],
  };
}

function refundDocument(refund: Refund, { conversion }: OwnedConversion, link: Link) {
  return {
    id: refund.id,
    conversionId: conversion.id,
    amount: formatAmount(refund.amount, digitsOf(conversion)),
    currency: conversion.currency,
    occurredTime: formatInstant(refund.occurredTime),
    createdTime: formatInstant(refund.createdTime),
    _links: [{ href: link(conversionPath(conversion.id)), rel: 'conversion' }],
  };
}
