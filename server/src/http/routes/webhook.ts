import { Failure } from '../../domain/failure.ts';
import { formatInstant } from '../../domain/time.ts';
import type { Webhook, WebhookRequest } from '../../domain/webhook.ts';
import type { WebhookOperations } from '../../operations/webhook.ts';
import { pageHeaders, readPage } from '../collection-query.ts';
import { furtherFaultsOf } from '../further-faults.ts';
import { type Link, pageHeaderNames, type Route, route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';
import { NewWebhookInput, type WebhookBody, WebhookInput } from '../webhook-schemas.ts';
import { customerIdOfWrite } from './customer-id.ts';

const tag = 'Webhooks';
const path = '/webhooks/:id';
const schema = reference('Webhook');
const schemaWithSecret = reference('WebhookWithSecret');

export function webhookRoutes(operations: WebhookOperations): readonly Route[] {
  return [...collectionRoutes(operations), ...memberRoutes(operations), ...secretRoutes(operations)];
}

function collectionRoutes(operations: WebhookOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/webhooks',
      permission: 'webhooks:read',
      operationId: 'GetWebhookCollection',
      tag,
      summary: 'List webhooks',
      parameters: ['limit', 'offset'],
      order: '-createdTime',
      answers: {
        200: {
          description: 'A page of webhooks, the newest first.',
          schema: { type: 'array', items: schema },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, query, link }) => {
        const page = readPage(query);
        const { items, total } = await operations.list(principal, page);
        return {
          status: 200,
          body: items.map((webhook) => webhookDocument(webhook, link)),
          headers: pageHeaders(page, total),
        };
      },
    }),
    routeWithBody({
      method: 'POST',
      path: '/webhooks',
      permission: 'webhooks:write',
      operationId: 'PostWebhook',
      tag,
      summary: 'Create a webhook',
      description: 'The answer contains the secret that signs its requests, which is shown only once.',
      body: NewWebhookInput,
      furtherFaults: furtherFaultsOf({ url: operations.faultOfUrl }),
      refusals: [409],
      answers: {
        201: { description: 'Webhook created.', schema: schemaWithSecret, headers: ['Location'] },
      },
      handle: async ({ principal, body, link }) => {
        // The official client sends an empty id for an absent one.
        const id = body.id === undefined || body.id === '' ? null : body.id;
        return created(await operations.create(principal, id, webhookRequestOf(body)), link);
      },
    }),
  ];
}

function memberRoutes(operations: WebhookOperations): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      permission: 'webhooks:read',
      operationId: 'GetWebhook',
      tag,
      summary: 'Read a webhook',
      refusals: [404],
      answers: { 200: { description: 'The webhook, without its secret.', schema } },
      handle: async ({ principal, parameters, link }) => ({
        status: 200,
        body: webhookDocument(await operations.get(principal, webhookIdOf(parameters)), link),
      }),
    }),
    routeWithBody({
      method: 'PUT',
      path,
      permission: 'webhooks:write',
      operationId: 'PutWebhook',
      tag,
      summary: 'Create or replace a webhook',
      description:
        'The secret of an existing webhook stays. Deliveries that wait for a webhook are given up when it becomes ' +
        'inactive.',
      named: customerIdOfWrite,
      body: WebhookInput,
      furtherFaults: furtherFaultsOf({ url: operations.faultOfUrl }),
      answers: {
        200: { description: 'Webhook replaced.', schema },
        201: { description: 'Webhook created.', schema: schemaWithSecret, headers: ['Location'] },
      },
      handle: async ({ principal, parameters, body, link }) => {
        const id = customerIdOfWrite(parameters);
        const saved = await operations.put(principal, id, webhookRequestOf(body));
        if (saved.created) return created(saved.webhook, link);
        return { status: 200, body: webhookDocument(saved.webhook, link) };
      },
    }),
    route({
      method: 'DELETE',
      path,
      permission: 'webhooks:write',
      operationId: 'DeleteWebhook',
      tag,
      summary: 'Delete a webhook',
      refusals: [404],
      answers: { 204: { description: 'Webhook deleted, with what was on its way to it.' } },
      handle: async ({ principal, parameters }) => {
        await operations.remove(principal, webhookIdOf(parameters));
        return { status: 204 };
      },
    }),
  ];
}

function secretRoutes(operations: WebhookOperations): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/webhooks/:id/secret',
      permission: 'webhooks:write',
      operationId: 'PostWebhookSecret',
      tag,
      summary: 'Replace the secret of a webhook',
      description: 'For a day, requests are signed with the previous secret as well.',
      refusals: [404],
      answers: {
        201: {
          description: 'The webhook with its new secret, which is shown only once.',
          schema: schemaWithSecret,
        },
      },
      handle: async ({ principal, parameters, link }) => {
        const webhook = await operations.rotateSecret(principal, webhookIdOf(parameters));
        return { status: 201, body: { ...webhookDocument(webhook, link), secret: webhook.secret } };
      },
    }),
  ];
}

function created(webhook: Webhook, link: Link) {
  return {
    status: 201,
    body: { ...webhookDocument(webhook, link), secret: webhook.secret },
    headers: { location: link(`/webhooks/${webhook.id}`) },
  };
}

/** Fails with `not-found` for text that no database stores. */
function webhookIdOf({ id = '' }: Readonly<Record<string, string>>): string {
  if (!id.includes('\0')) return id;
  throw new Failure('not-found', 'No such webhook.');
}

function webhookRequestOf(body: WebhookBody): WebhookRequest {
  const headers = body.headers ?? [];
  return {
    status: body.status ?? 'active',
    url: body.url,
    eventsFilter: body.eventsFilter ?? [],
    headers: headers.map(({ name, value, status = 'active' }) => ({ name, value, status })),
  };
}

function webhookDocument(webhook: Webhook, link: Link) {
  const { id, status, url, eventsFilter, headers, failingSinceTime, deactivation } = webhook;
  return {
    id,
    status,
    method: 'POST',
    url,
    eventsFilter,
    headers,
    body: null,
    filter: null,
    failingSinceTime: failingSinceTime === null ? null : formatInstant(failingSinceTime),
    deactivation,
    createdTime: formatInstant(webhook.createdTime),
    updatedTime: formatInstant(webhook.updatedTime),
    _links: [{ href: link(`/webhooks/${id}`), rel: 'self' }],
  };
}
