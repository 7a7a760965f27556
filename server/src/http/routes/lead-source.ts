import { type Customer, leadSourceEntityTag } from '../../domain/customer.ts';
import { Failure } from '../../domain/failure.ts';
import { completeLeadSource } from '../../domain/lead-source.ts';
import { formatInstant } from '../../domain/time.ts';
import type { LeadSourceOperations } from '../../operations/lead-source.ts';
import { readPrecondition } from '../entity-tags.ts';
import { type Link, type Route, route, routeWithBody } from '../route.ts';
import { LeadSourceInput, reference } from '../schemas.ts';
import { customerIdOfRead, customerIdOfWrite } from './customer-id.ts';

const path = '/customers/:id/lead-source';
const tag = 'Lead sources';

export interface LeadSourceRouteOptions {
  /** The status of a PUT that replaces; one that creates answers 201 in any case. */
  readonly replaceStatus: 200 | 201;
}

export function leadSourceRoutes(
  operations: LeadSourceOperations,
  { replaceStatus }: LeadSourceRouteOptions,
): readonly Route[] {
  return [
    routeWithBody({
      method: 'PUT',
      path,
      permission: 'lead-sources:write',
      operationId: 'PutCustomerLeadSource',
      tag,
      summary: 'Set a lead source',
      description:
        "Sets the customer's most recent lead source, replacing it whole; the first one ever set stays as " +
        '`original`. An unknown customer is created. Setting one equal to the current one changes nothing.',
      parameters: ['If-Match', 'If-None-Match'],
      named: customerIdOfWrite,
      body: LeadSourceInput,
      refusals: [412],
      answers: {
        ...(replaceStatus === 200 && {
          200: {
            description: 'Lead source replaced.',
            schema: reference('LeadSource'),
            headers: ['Location'],
          },
        }),
        201: { description: 'Lead source set.', schema: reference('LeadSource'), headers: ['Location'] },
      },
      handle: async ({ principal, parameters, headers, body, link }) => {
        const id = customerIdOfWrite(parameters);
        const precondition = readPrecondition(headers);
        const { customer, created } = await operations.put(
          principal,
          id,
          completeLeadSource(body),
          precondition,
        );
        return {
          status: created ? 201 : replaceStatus,
          body: leadSourceDocument(customer, link),
          headers: { location: link(leadSourcePath(customer.id)) },
        };
      },
    }),
    route({
      method: 'GET',
      path,
      permission: 'lead-sources:read',
      operationId: 'GetCustomerLeadSource',
      tag,
      summary: 'Read a lead source',
      refusals: [404],
      answers: {
        200: {
          description: 'The most recent lead source.',
          schema: reference('LeadSource'),
          headers: ['ETag'],
        },
      },
      handle: async ({ principal, parameters, link }) => {
        const customer = await operations.get(principal, customerIdOfRead(parameters));
        const etag = leadSourceEntityTag(customer) ?? '';
        return { status: 200, body: leadSourceDocument(customer, link), headers: { etag } };
      },
    }),
    route({
      method: 'DELETE',
      path,
      permission: 'lead-sources:write',
      operationId: 'DeleteCustomerLeadSource',
      tag,
      summary: 'Forget a lead source',
      description:
        'Removes all lead source data of the customer: current, original and history. The customer stays.',
      parameters: ['If-Match', 'If-None-Match'],
      refusals: [404, 412],
      answers: { 204: { description: 'Lead source forgotten.' } },
      handle: async ({ principal, parameters, headers }) => {
        await operations.remove(principal, customerIdOfRead(parameters), readPrecondition(headers));
        return { status: 204 };
      },
    }),
  ];
}

/** A customer's lead source as the API shows it. Fails with `not-found` if there is none. */
export function leadSourceDocument({ id, leadSource }: Customer, link: Link) {
  if (leadSource === null) throw new Failure('not-found', 'No such lead source.');
  const firstTime = formatInstant(leadSource.original.occurredTime);
  return {
    ...leadSource.current.leadSource,
    createdTime: formatInstant(leadSource.createdTime),
    updatedTime: formatInstant(leadSource.updatedTime),
    original: { ...leadSource.original.leadSource, createdTime: firstTime, updatedTime: firstTime },
    _links: [
      { href: link(leadSourcePath(id)), rel: 'self' },
      { href: link(`/customers/${id}`), rel: 'customer' },
    ],
  };
}

export function leadSourcePath(customerId: string): string {
  return `/customers/${customerId}/lead-source`;
}
