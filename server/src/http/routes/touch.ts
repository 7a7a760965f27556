import { invalid } from '../../domain/failure.ts';
import { truncatedFields } from '../../domain/fitting.ts';
import { customerIdRule, isCustomerId } from '../../domain/identifier.ts';
import { readAll } from '../../domain/read-all.ts';
import { faultOfOccurrence, formatInstant, parseInstant } from '../../domain/time.ts';
import { type PlacedTouch, touchId } from '../../domain/touch.ts';
import type { ImportOperations } from '../../operations/import.ts';
import type { Channelled, ImportRequest, TouchOperations, TouchRequest } from '../../operations/touch.ts';
import type { AddedTouches } from '../../storage/store.ts';
import {
  answerLines,
  type LineResult,
  type LinesRouteOptions,
  linesType,
  onRefusedLines,
  validLines,
} from '../bulk.ts';
import { pageHeaders, readFlag, readPage } from '../collection-query.ts';
import { checkWith, type FurtherFaults, furtherFaultsOf, momentRule } from '../further-faults.ts';
import { appliedPreference, prefersMinimal } from '../prefer.ts';
import { pageHeaderNames, type Route, route, routeWithBody, routeWithLines } from '../route.ts';
import { reference } from '../schemas.ts';
import { type ImportedTouchBody, ImportedTouchInput, type TouchBody, TouchInput } from '../touch-schemas.ts';
import { validatorOf } from '../validation.ts';
import { customerIdOfRead, customerIdOfWrite } from './customer-id.ts';

const path = '/customers/:id/lead-sources';
const tag = 'Lead sources';
const schema = reference('Touch');

export function touchRoutes(
  operations: TouchOperations,
  imports: ImportOperations,
  options: LinesRouteOptions,
): readonly Route[] {
  const furtherFaults = furtherFaultsOf({ occurredTime: momentRule(faultOfOccurrence, options.now) });
  const importing = { ...options, furtherFaults };
  return [importRoute(operations, imports, importing), ...memberRoutes(operations, furtherFaults)];
}

const validateLine = validatorOf(ImportedTouchInput);

function importRoute(
  operations: TouchOperations,
  imports: ImportOperations,
  { idleMilliseconds, furtherFaults }: LinesRouteOptions & { readonly furtherFaults: FurtherFaults },
): Route {
  const read = (line: unknown) => {
    checkWith(furtherFaults, line, validateLine);
    return importRequestOf(line as ImportedTouchBody);
  };
  return routeWithLines({
    method: 'POST',
    path: '/lead-sources',
    permission: 'lead-sources:write',
    operationId: 'PostLeadSourceCollection',
    tag,
    summary: 'Import touches',
    description:
      'Adds many touches, one for each element of an array or line of `application/x-ndjson`: up to 64 MiB, and 64 ' +
      'KiB per line. Each line is stored or refused by itself; the answer has a line for each, in the same order, ' +
      `sent while they arrive. The touches belong to an import, which can be undone as a whole. ${onRefusedLines}`,
    parameters: ['announce', 'import', 'Prefer'],
    refusals: [409],
    lines: ImportedTouchInput,
    answers: {
      200: {
        description: 'What became of each line.',
        schema: reference('LineOutcome'),
        mediaType: linesType,
        headers: ['Location', 'X-Leadsource-Import'],
      },
    },
    handle: async ({ principal, query, headers: asked, body, log, link }) => {
      const [announces, named] = readAll([() => readFlag(query, 'announce'), () => readImportId(query)]);
      const importId = named ?? imports.newId();
      const isMinimal = prefersMinimal(asked);
      const begin = async () => {
        const { key } = await imports.begin(principal, 'lead-sources', importId);
        const add = operations.importer(principal, { importKey: key, announces });
        return validLines(read, async (requests) => outcomesOf(requests, await add(requests), isMinimal));
      };
      const onError = (error: unknown) => log.error({ err: error }, 'A line of an import failed.');
      const answer = await answerLines(body, { begin, isMinimal, idleMilliseconds, onError });
      const headers = {
        ...appliedPreference(isMinimal),
        'content-type': linesType,
        location: link(`/imports/${importId}`),
        'x-leadsource-import': importId,
      };
      return { status: 200, body: answer, headers };
    },
  });
}

function importRequestOf(line: ImportedTouchBody): ImportRequest {
  const { id, occurredTime, facts } = touchRequestOf(line);
  return { customerId: line.customerId, id, occurredTime, facts };
}

/** In a minimal answer, only the last of the lines that were added is described. */
function outcomesOf(
  requests: readonly ImportRequest[],
  added: AddedTouches,
  isMinimal: boolean,
): readonly LineResult[] {
  const last = requests.length - 1;
  return requests.map((request, place) =>
    isMinimal && added.added[place] === 1 && place !== last ? untold : outcomeAt(place, request, added),
  );
}

const untold = { status: 201 } as const;

function outcomeAt(place: number, { customerId, id: givenId }: ImportRequest, added: AddedTouches) {
  if (added.refusals.has(place)) return { error: added.refusals.get(place) };
  return {
    status: added.added[place] === 1 ? 201 : 200,
    customerId: added.owners.get(place) ?? customerId,
    id: touchId({ touch: { key: added.keys[place] ?? 0 }, givenId }),
  };
}

/** The import that a query names; null where it names none. Fails with `invalid`. */
function readImportId({ import: id }: Readonly<Record<string, unknown>>): string | null {
  if (id === undefined) return null;
  if (typeof id === 'string' && isCustomerId(id)) return id;
  throw invalid('import', `${customerIdRule}, given once`);
}

function memberRoutes(operations: TouchOperations, furtherFaults: FurtherFaults): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      permission: 'lead-sources:read',
      operationId: 'GetCustomerLeadSourceCollection',
      tag,
      summary: 'List every touch of a customer',
      description: 'All lead sources the customer ever had, oldest first.',
      parameters: ['limit', 'offset'],
      order: 'occurredTime',
      refusals: [404],
      answers: {
        200: {
          description: 'A page of touches.',
          schema: { type: 'array', items: schema },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, parameters, query }) => {
        const page = readPage(query);
        const { items, total } = await operations.list(principal, customerIdOfRead(parameters), page);
        return { status: 200, body: items.map(touchDocument), headers: pageHeaders(page, total) };
      },
    }),
    routeWithBody({
      method: 'POST',
      path,
      permission: 'lead-sources:write',
      operationId: 'PostCustomerLeadSource',
      tag,
      summary: 'Add a touch to a customer',
      description:
        'Adds a lead source at any time, including the past: its time decides its place in the history, and may ' +
        'make it the original. It is added even if it equals another one. An unknown customer is created.',
      isRepeatable: true,
      named: customerIdOfWrite,
      body: TouchInput,
      furtherFaults,
      refusals: [409],
      answers: {
        200: { description: 'The same was recorded before under this id.', schema },
        201: { description: 'Touch added.', schema },
      },
      handle: async ({ principal, parameters, body, once }) => {
        const id = customerIdOfWrite(parameters);
        const touch = await operations.add(principal, id, touchRequestOf(body), once);
        return { status: touch.added ? 201 : 200, body: touchDocument(touch) };
      },
    }),
    route({
      method: 'DELETE',
      path: `${path}/:touchId`,
      permission: 'lead-sources:write',
      operationId: 'DeleteCustomerLeadSourceTouch',
      tag,
      summary: 'Undo a touch',
      description:
        'Removes one lead source, as if it had never been recorded; what remains decides what is original and most ' +
        'recent.',
      refusals: [404],
      answers: { 204: { description: 'Touch undone.' } },
      handle: async ({ principal, parameters }) => {
        const { touchId: id = '' } = parameters;
        await operations.remove(principal, customerIdOfRead(parameters), id);
        return { status: 204 };
      },
    }),
  ];
}

function touchRequestOf(body: TouchBody): TouchRequest {
  const { id = null, occurredTime = null } = body;
  // Members that are not facts are left in: copying the facts would cost as much as parsing them.
  return { id, occurredTime: occurredTime === null ? null : parseInstant(occurredTime), facts: body };
}

function touchDocument(placed: Channelled<PlacedTouch>) {
  const { touch, position, channel } = placed;
  // Only captures are cut; other values that are too long are refused.
  const truncated = touch.origin === 'capture' ? truncatedFields(touch.leadSource) : [];
  return {
    id: touchId(placed),
    occurredTime: formatInstant(touch.occurredTime),
    recordedTime: formatInstant(touch.recordedTime),
    position,
    channel,
    origin: touch.origin,
    actor: touch.actor,
    ...touch.leadSource,
    ...(truncated.length > 0 && { truncated }),
  };
}
