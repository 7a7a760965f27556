import { Failure } from '../../domain/failure.ts';
import { faultOfOccurrence, formatInstant, type Instant, parseInstant } from '../../domain/time.ts';
import { isVisitorId, type ListedLink } from '../../domain/visitor.ts';
import type { VisitorOperations } from '../../operations/visitor.ts';
import { pageHeaders, readPage } from '../collection-query.ts';
import { furtherFaultsOf, momentRule } from '../further-faults.ts';
import { pageHeaderNames, type Route, route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';
import { VisitorLinkInput } from '../visitor-schemas.ts';
import { customerIdOfRead, customerIdOfWrite } from './customer-id.ts';

const tag = 'Visitors';
const path = '/customers/:id/visitors';

export function visitorRoutes(operations: VisitorOperations, now: () => Instant): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      permission: 'lead-sources:read',
      operationId: 'GetCustomerVisitorCollection',
      tag,
      summary: 'List the visitors linked to a customer',
      description: 'In the order of the times from which they are the customer.',
      parameters: ['limit', 'offset'],
      order: 'linkedTime',
      refusals: [404],
      answers: {
        200: {
          description: 'A page of links.',
          schema: { type: 'array', items: reference('VisitorLink') },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, parameters, query }) => {
        const page = readPage(query);
        const { items, total } = await operations.list(principal, customerIdOfRead(parameters), page);
        return { status: 200, body: items.map(linkDocument), headers: pageHeaders(page, total) };
      },
    }),
    routeWithBody({
      method: 'POST',
      path,
      permission: 'lead-sources:write',
      operationId: 'PostCustomerVisitor',
      tag,
      summary: 'Link a visitor to a customer',
      description:
        'A touch of a visitor belongs to the customer with the latest link at or before it; before any link, to the ' +
        'first. The order in which links and touches arrive makes no difference. The same link again changes ' +
        'nothing. An unknown customer is created.',
      named: customerIdOfWrite,
      body: VisitorLinkInput,
      furtherFaults: furtherFaultsOf({ linkedTime: momentRule(faultOfOccurrence, now) }),
      answers: { 201: { description: 'Linked.', schema: reference('VisitorLink') } },
      handle: async ({ principal, parameters, body: { visitorId, linkedTime = null } }) => {
        const time = linkedTime === null ? null : parseInstant(linkedTime);
        const request = { visitorId, linkedTime: time };
        const link = await operations.link(principal, customerIdOfWrite(parameters), request);
        return { status: 201, body: linkDocument(link) };
      },
    }),
    route({
      method: 'DELETE',
      path: '/visitors/:visitorId',
      permission: 'lead-sources:write',
      operationId: 'DeleteVisitor',
      tag,
      summary: 'Erase an unlinked visitor',
      description:
        'Together with all touches of the visitor. For a linked visitor, whose touches belong to the customer, the ' +
        'answer is 409.',
      refusals: [404, 409],
      answers: { 204: { description: 'Erased.' } },
      handle: async ({ principal, parameters: { visitorId = '' } }) => {
        if (!isVisitorId(visitorId)) throw new Failure('not-found', 'No such visitor.');
        await operations.erase(principal, visitorId);
        return { status: 204 };
      },
    }),
  ];
}

function linkDocument({ customerId, visitorId, linkedTime, touches, actor }: ListedLink) {
  return { customerId, visitorId, linkedTime: formatInstant(linkedTime), touches, actor };
}
