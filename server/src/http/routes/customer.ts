import type { Customer } from '../../domain/customer.ts';
import {
  type CustomerSortField,
  customerFilterFields,
  customerSortFields,
} from '../../domain/customer-query.ts';
import { invalid } from '../../domain/failure.ts';
import { completeLeadSource } from '../../domain/lead-source.ts';
import type { Principal } from '../../domain/principal.ts';
import { readAll } from '../../domain/read-all.ts';
import { formatInstant } from '../../domain/time.ts';
import type { CustomerOperations, CustomerWriteRequest } from '../../operations/customer.ts';
import { pageHeaders, readCollectionQuery, readNames } from '../collection-query.ts';
import { requireLeadSourceRead } from '../further-permission.ts';
import { describedBy } from '../parameters.ts';
import { type Exchange, type Link, pageHeaderNames, type Route, route, routeWithBody } from '../route.ts';
import { CustomerInput, type LeadSourceBody, NewCustomerInput, reference } from '../schemas.ts';
import { customerIdOfRead, customerIdOfWrite } from './customer-id.ts';
import { leadSourceDocument, leadSourcePath } from './lead-source.ts';

const tag = 'Customers';
const schema = reference('Customer');
const collection = {
  filterFields: customerFilterFields,
  sortFields: customerSortFields,
  defaultSort: [{ field: 'createdTime' satisfies CustomerSortField, descending: true }],
} as const;

export function customerRoutes(operations: CustomerOperations): readonly Route[] {
  return [...collectionRoutes(operations), ...memberRoutes(operations)];
}

function collectionRoutes(operations: CustomerOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/customers',
      permission: 'customers:read',
      operationId: 'GetCustomerCollection',
      tag,
      summary: 'List customers',
      parameters: ['limit', 'offset', 'sort', 'filter', 'expand', 'fields'],
      described: describedBy(collection, 'leadSource.source:google,bing;createdTime:2026-01-01..'),
      answers: {
        200: {
          description: 'A page of customers, by default the newest first.',
          schema: { type: 'array', items: schema },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, query, link }) => {
        const [page, show] = readAll([
          () => readCollectionQuery(query, collection),
          () => presentation(principal, query, link),
        ]);
        if (page.filter.some(({ field }) => field.includes('.'))) requireLeadSourceRead(principal);
        const { items, total } = await operations.list(principal, page);
        return { status: 200, body: items.map(show), headers: pageHeaders(page, total) };
      },
    }),
    routeWithBody({
      method: 'POST',
      path: '/customers',
      permission: 'customers:write',
      operationId: 'PostCustomer',
      tag,
      summary: 'Create a customer',
      parameters: ['expand'],
      isRepeatable: true,
      body: NewCustomerInput,
      refusals: [409],
      answers: { 201: { description: 'Customer created.', schema, headers: ['Location'] } },
      handle: async ({ principal, query, body, once, link }) => {
        const show = presentation(principal, query, link);
        // The official client sends an empty id for an absent one.
        const id = body.id === undefined || body.id === '' ? null : body.id;
        const customer = await operations.create(principal, id, writeRequestOf(body), once);
        return {
          status: 201,
          body: show(customer),
          headers: { location: link(`/customers/${customer.id}`) },
        };
      },
    }),
  ];
}

function memberRoutes(operations: CustomerOperations): readonly Route[] {
  const path = '/customers/:id';
  return [
    route({
      method: 'GET',
      path,
      permission: 'customers:read',
      operationId: 'GetCustomer',
      tag,
      summary: 'Read a customer',
      parameters: ['expand', 'fields'],
      refusals: [404],
      answers: { 200: { description: 'The customer.', schema } },
      handle: async ({ principal, parameters, query, link }) => {
        const show = presentation(principal, query, link);
        return { status: 200, body: show(await operations.get(principal, customerIdOfRead(parameters))) };
      },
    }),
    routeWithBody({
      method: 'PUT',
      path,
      permission: 'customers:write',
      operationId: 'PutCustomer',
      tag,
      summary: 'Create or replace a customer',
      parameters: ['expand'],
      named: customerIdOfWrite,
      body: CustomerInput,
      answers: {
        200: { description: 'Customer replaced.', schema, headers: ['Location'] },
        201: { description: 'Customer created.', schema, headers: ['Location'] },
      },
      handle: async ({ principal, parameters, query, body, link }) => {
        const show = presentation(principal, query, link);
        const id = customerIdOfWrite(parameters);
        const { customer, created } = await operations.put(principal, id, writeRequestOf(body));
        const headers = { location: link(`/customers/${customer.id}`) };
        return { status: created ? 201 : 200, body: show(customer), headers };
      },
    }),
    route({
      method: 'DELETE',
      path,
      permission: 'customers:write',
      operationId: 'DeleteCustomer',
      tag,
      summary: 'Merge a customer into another',
      description:
        'The target takes over every touch; the earlier of both originals stays. From then on, the old id stands ' +
        'for the target in every write, and is unknown to every read.',
      parameters: ['targetCustomerId'],
      requires: ['targetCustomerId'],
      refusals: [404],
      answers: { 204: { description: 'Customer merged.' } },
      handle: async ({ principal, parameters, query }) => {
        const { targetCustomerId: target } = query;
        if (typeof target !== 'string' || target === '') {
          throw invalid('targetCustomerId', 'is required, once: customers are not deleted, only merged');
        }
        const id = customerIdOfRead(parameters);
        await operations.merge(principal, id, customerIdOfRead({ id: target }));
        return { status: 204 };
      },
    }),
  ];
}

interface CustomerBody {
  readonly websiteId?: string | null;
  readonly customFields?: Record<string, unknown> | null;
  readonly leadSource?: LeadSourceBody | null;
}

function writeRequestOf({ websiteId = null, customFields, leadSource }: CustomerBody): CustomerWriteRequest {
  return {
    facts: { websiteId, customFields: customFields ?? {} },
    leadSource: leadSource === undefined || leadSource === null ? null : completeLeadSource(leadSource),
  };
}

/** How a request wants customers shown, by its `expand` and `fields`. Unknown names are ignored. */
function presentation(principal: Principal, query: Exchange<unknown>['query'], link: Link) {
  const [expanded, fields] = readAll([
    () => readNames(query['expand'], 'expand'),
    () => readNames(query['fields'], 'fields'),
  ]);
  const expandsLeadSource = expanded.includes('leadSource');
  if (expandsLeadSource) requireLeadSourceRead(principal);
  return (customer: Customer): Readonly<Record<string, unknown>> => {
    const leadSource = customer.leadSource === null ? null : leadSourceDocument(customer, link);
    const whole = {
      ...customerDocument(customer, principal.organization.id, link),
      ...(expandsLeadSource && { _embedded: { leadSource } }),
    };
    if (fields.length === 0) return whole;
    return Object.fromEntries(
      Object.entries(whole).filter(([name]) => fields.includes(name) || name === '_embedded'),
    );
  };
}

/** A customer as answers show it. */
export function customerDocument(customer: Customer, organizationId: string, link: Link) {
  const { id, websiteId, customFields, revision } = customer;
  return {
    id,
    organizationId,
    websiteId,
    customFields,
    revision,
    createdTime: formatInstant(customer.createdTime),
    updatedTime: formatInstant(customer.updatedTime),
    _links: [
      { href: link(`/customers/${id}`), rel: 'self' },
      { href: link(leadSourcePath(id)), rel: 'leadSource' },
    ],
  };
}
