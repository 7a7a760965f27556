import { type ApiKey, type ApiKeyRequest, faultOfExpiry } from '../../domain/api-key.ts';
import { Failure } from '../../domain/failure.ts';
import type { Permission } from '../../domain/permission.ts';
import { formatInstant, type Instant, parseInstant } from '../../domain/time.ts';
import type { ApiKeyOperations } from '../../operations/api-key.ts';
import { pageHeaders, readPage } from '../collection-query.ts';
import { ApiKeyInput, NewApiKeyInput } from '../credential-schemas.ts';
import { type FurtherFaults, furtherFaultsOf, momentRule } from '../further-faults.ts';
import { type Link, pageHeaderNames, type Route, route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';

const tag = 'API keys';
const path = '/api-keys/:id';

export function apiKeyRoutes(operations: ApiKeyOperations, now: () => Instant): readonly Route[] {
  const furtherFaults = furtherFaultsOf({ expiresTime: momentRule(faultOfExpiry, now) });
  return [...collectionRoutes(operations, furtherFaults), ...memberRoutes(operations, furtherFaults)];
}

function collectionRoutes(operations: ApiKeyOperations, furtherFaults: FurtherFaults): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/api-keys',
      permission: 'api-keys:read',
      operationId: 'GetApiKeyCollection',
      tag,
      summary: 'List API keys',
      parameters: ['limit', 'offset'],
      order: '-createdTime',
      answers: {
        200: {
          description: 'A page of keys, the newest first.',
          schema: { type: 'array', items: reference('ApiKey') },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, query, link }) => {
        const page = readPage(query);
        const { items, total } = await operations.list(principal, page);
        return {
          status: 200,
          body: items.map((key) => apiKeyDocument(key, link)),
          headers: pageHeaders(page, total),
        };
      },
    }),
    routeWithBody({
      method: 'POST',
      path: '/api-keys',
      permission: 'api-keys:write',
      operationId: 'PostApiKey',
      tag,
      summary: 'Create an API key',
      description:
        'The answer contains the key itself, which is shown only once. A key cannot have permissions that its maker ' +
        'lacks, nor be used from addresses that its maker cannot be used from.',
      body: NewApiKeyInput,
      furtherFaults,
      answers: {
        201: { description: 'Key created.', schema: reference('NewApiKey'), headers: ['Location'] },
      },
      handle: async ({ principal, body, link }) => {
        const { key, secret } = await operations.create(principal, body.type, apiKeyRequestOf(body));
        const shown = key.type === 'secret' ? { secretKey: secret } : { publishableKey: secret };
        return {
          status: 201,
          body: { ...apiKeyDocument(key, link), ...shown },
          headers: { location: link(`/api-keys/${key.id}`) },
        };
      },
    }),
  ];
}

function memberRoutes(operations: ApiKeyOperations, furtherFaults: FurtherFaults): readonly Route[] {
  return [
    route({
      method: 'GET',
      path,
      permission: 'api-keys:read',
      operationId: 'GetApiKey',
      tag,
      summary: 'Read an API key',
      refusals: [404],
      answers: { 200: { description: 'What is stored about the key.', schema: reference('ApiKey') } },
      handle: async ({ principal, parameters, link }) => ({
        status: 200,
        body: apiKeyDocument(await operations.get(principal, keyIdOf(parameters)), link),
      }),
    }),
    routeWithBody({
      method: 'PUT',
      path,
      permission: 'api-keys:write',
      operationId: 'PutApiKey',
      tag,
      summary: 'Change an API key',
      body: ApiKeyInput,
      furtherFaults,
      refusals: [404],
      answers: { 200: { description: 'Key changed.', schema: reference('ApiKey') } },
      handle: async ({ principal, parameters, body, link }) => ({
        status: 200,
        body: apiKeyDocument(
          await operations.update(principal, keyIdOf(parameters), apiKeyRequestOf(body)),
          link,
        ),
      }),
    }),
    route({
      method: 'DELETE',
      path,
      permission: 'api-keys:write',
      operationId: 'DeleteApiKey',
      tag,
      summary: 'Revoke an API key',
      refusals: [404],
      answers: { 204: { description: 'Key revoked, for good.' } },
      handle: async ({ principal, parameters }) => {
        await operations.remove(principal, keyIdOf(parameters));
        return { status: 204 };
      },
    }),
  ];
}

/** The key that a path names. Fails with `not-found` for text that no database stores. */
function keyIdOf({ id = '' }: Readonly<Record<string, string>>): string {
  if (!id.includes('\0')) return id;
  throw new Failure('not-found', 'No such API key.');
}

interface ApiKeyBody {
  readonly description?: string | null;
  readonly acl?: readonly Permission[] | null;
  readonly allowedIps?: readonly string[];
  readonly allowedOrigins?: readonly string[];
  readonly expiresTime?: string | null;
}

function apiKeyRequestOf(body: ApiKeyBody): ApiKeyRequest {
  return {
    description: body.description ?? null,
    acl: body.acl ?? null,
    allowedIps: body.allowedIps ?? [],
    allowedOrigins: body.allowedOrigins ?? [],
    expiresTime: typeof body.expiresTime === 'string' ? parseInstant(body.expiresTime) : null,
  };
}

function apiKeyDocument(key: ApiKey, link: Link) {
  const time = (instant: Instant | null) => (instant === null ? null : formatInstant(instant));
  return {
    id: key.id,
    type: key.type,
    description: key.description,
    acl: key.acl,
    allowedIps: key.allowedIps,
    allowedOrigins: key.allowedOrigins,
    expiresTime: time(key.expiresTime),
    lastUsedTime: time(key.lastUsedTime),
    createdTime: formatInstant(key.createdTime),
    updatedTime: formatInstant(key.updatedTime),
    _links: [{ href: link(`/api-keys/${key.id}`), rel: 'self' }],
  };
}
