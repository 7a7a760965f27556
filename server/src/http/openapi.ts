import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import type { TSchema } from 'typebox';
import { linesType } from './bulk.ts';
import { parameterSchemas, pathParameters } from './parameters.ts';
import {
  type DeclaredAnswer,
  type HeaderName,
  headerMeanings,
  type ParameterName,
  type Route,
} from './route.ts';
import { reference } from './schemas.ts';
import { tableType } from './tabular.ts';
import { tagMeanings } from './tags.ts';

/** What the OpenAPI document says about each refusal. */
const refusalMeanings = {
  400: 'The body or the path cannot be understood.',
  401: 'The credentials are missing or not valid.',
  403: 'The credentials do not permit this.',
  404: 'There is no such resource.',
  408: 'The request did not arrive in time.',
  409:
    'An id is taken, a version is no longer in force, a request with this `Idempotency-Key` is under way, or the ' +
    'current state does not allow this.',
  412: 'A precondition does not hold.',
  413: 'The body is larger than 64 KiB, or 64 MiB where it is read line by line.',
  414: 'The URI is longer than 8 KiB.',
  415: 'The body is compressed, or its type or charset is not accepted here.',
  422: 'Some fields are invalid; all of them are named.',
  429: 'Too many calls: the limit is used up.',
  431: 'The headers are too large or too many.',
  500: 'The service failed.',
  503: 'The storage is not available, or the service is starting or shutting down.',
} as const;
type RefusalStatus = keyof typeof refusalMeanings;

/** Headers that a refusal always carries. */
const refusalHeaders: Partial<Record<RefusalStatus, readonly HeaderName[]>> = {
  401: ['WWW-Authenticate'],
  429: [
    'Retry-After',
    'X-RateLimit-Retry-After',
    'X-RateLimit-Limit',
    'X-RateLimit-Remaining',
    'Rate-Limit-Limit',
    'RateLimit-Policy',
    'RateLimit',
  ],
  503: ['Retry-After'],
};
const integerHeaders = /^(Pagination|X-RateLimit|Retry-After|Rate-Limit-Limit)/;

const ofEvery: readonly RefusalStatus[] = [400, 401, 403, 414, 422, 429, 431, 500, 503];
const ofBodies: readonly RefusalStatus[] = [408, 413, 415];

/** What the framework, and through it the OpenAPI document, is told about a route. */
export function schemaOf(route: Route): Record<string, unknown> {
  const refusals = new Set<RefusalStatus>([
    ...ofEvery,
    ...(route.body === null && route.lines === undefined ? [] : ofBodies),
    ...(route.refusals ?? []),
    ...(route.isRepeatable ? ([409] as const) : []),
  ]);
  return {
    operationId: route.operationId,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    security: [{ SecretApiKey: [] }, { Jwt: [] }],
    ...parametersOf(route),
    ...(route.body !== null && { body: route.takesTables === true ? bodyOrTable(route.body) : route.body }),
    ...(route.lines !== undefined && { body: bulkBody(route.lines) }),
    response: {
      ...Object.fromEntries(
        Object.entries(answersOf(route)).map(([status, answer]) => [status, answerOf(answer)]),
      ),
      ...Object.fromEntries([...refusals].map((status) => [status, problemAnswer(status)])),
    },
  };
}

/** Whether readers who name the entity tag of what they have are told that they still have it. */
function isReadConditionally({ method, answers }: Route): boolean {
  return method === 'GET' && answers[200]?.headers?.includes('ETag') === true;
}

function answersOf(route: Route): Route['answers'] {
  if (!isReadConditionally(route)) return route.answers;
  return {
    ...route.answers,
    304: { description: 'It is still what `If-None-Match` names.', headers: ['ETag'] },
  };
}

function bulkBody(line: TSchema) {
  return {
    content: {
      'application/json': { schema: { type: 'array', items: line } },
      [linesType]: { schema: line },
    },
  };
}

function bodyOrTable(body: TSchema) {
  return {
    content: { 'application/json': { schema: body }, [tableType]: { schema: { type: 'string' } } },
  };
}

/** Describes an answer whose content is not declared as a schema of its own. */
export function plainAnswer(description: string, mediaType: string, schema: object = { type: 'string' }) {
  return { description, content: { [mediaType]: { schema } } };
}

export function problemAnswer(status: RefusalStatus) {
  const answer = plainAnswer(refusalMeanings[status], 'application/problem+json', reference('Problem'));
  return { ...answer, ...headersOf(refusalHeaders[status]) };
}

export function answerOf(answer: DeclaredAnswer) {
  const { description, schema, mediaType = 'application/json', otherTypes = {}, headers = [] } = answer;
  const others = Object.entries(otherTypes).map(([type, shape]) => [
    type,
    { schema: shape ?? { type: 'string' } },
  ]);
  return {
    description,
    ...headersOf(headers),
    ...(schema === undefined
      ? { type: 'null' }
      : { content: { [mediaType]: { schema }, ...Object.fromEntries(others) } }),
  };
}

function headersOf(names: readonly HeaderName[] = []): { headers?: Record<string, object> } {
  if (names.length === 0) return {};
  const described = names.map((name): [string, object] => {
    const type = integerHeaders.test(name) ? 'integer' : 'string';
    return [name, { type, description: headerMeanings[name] }];
  });
  return { headers: Object.fromEntries(described) };
}

function parametersOf(route: Route): Record<string, object> {
  const names = [...route.path.matchAll(/:(\w+)/g)].map(([, name = '']) => name);
  const schemas: Record<string, object> = {};
  if (names.length > 0) {
    const properties = Object.fromEntries(
      names.map((name) => [name, pathParameters[name] ?? { type: 'string' }]),
    );
    schemas['params'] = { type: 'object', required: names, properties };
  }
  for (const place of ['querystring', 'headers'] as const) {
    const names: readonly ParameterName[] = [
      ...(route.parameters ?? []),
      ...(route.isRepeatable ? (['Idempotency-Key'] as const) : []),
      ...(isReadConditionally(route) ? (['If-None-Match'] as const) : []),
    ];
    const here = names.filter((name) => parameterSchemas[name][0] === place);
    if (here.length === 0) continue;
    const properties = Object.fromEntries(
      here.map((name) => [name, { ...parameterSchemas[name][1], ...route.described?.[name] }]),
    );
    schemas[place] = {
      type: 'object',
      properties,
      required: here.filter((name) => route.requires?.includes(name)),
    };
  }
  return schemas;
}

/** Described here because the routes of the page are hidden from the document. */
const docsPath = {
  '/docs': {
    get: {
      operationId: 'GetDocs',
      summary: 'This document, as a page to read and try',
      tags: ['Service' satisfies keyof typeof tagMeanings],
      security: [],
      responses: {
        200: plainAnswer('The page.', 'text/html'),
        431: {
          description: refusalMeanings[431],
          content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
    },
  },
};

/** How the document as a whole is built from the routes. */
export function documentOptions(publicUrl: () => string, version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'leadsource',
        version,
        description:
          'The system of record for where customers came from. Times are RFC 3339 in UTC with milliseconds; ' +
          'collections are arrays with `Pagination-*` headers; errors are problem details (RFC 9457). If calls are ' +
          'limited, answers to the calls that count carry `X-RateLimit-Limit`, `X-RateLimit-Remaining`, ' +
          '`RateLimit-Policy` and `RateLimit`.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [
        // Read when the document is first asked for, since the port may not be known earlier.
        {
          get url() {
            return publicUrl();
          },
          description: 'The organization of the credential.',
        },
        {
          get url() {
            return `${publicUrl()}/organizations/{organizationId}`;
          },
          description: 'The same, with the organization named; it must be that of the credential.',
          variables: { organizationId: { default: 'org_example', description: 'Id of the organization.' } },
        },
      ],
      tags: Object.entries(tagMeanings).map(([name, description]) => ({ name, description })),
      paths: docsPath,
      components: {
        securitySchemes: {
          SecretApiKey: { type: 'apiKey', in: 'header', name: 'REB-APIKEY', description: 'A secret key.' },
          PublishableKey: {
            type: 'apiKey',
            in: 'header',
            name: 'Authorization',
            description: 'A publishable key, without a scheme. It may be in the body instead.',
          },
          Jwt: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: 'Takes precedence if a key is given, too.',
          },
        },
      },
    },
    refResolver: {
      buildLocalReference: (json, _baseUri, _fragment, index) => String(json['$id'] ?? `schema-${index}`),
    },
  };
}
