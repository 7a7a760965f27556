import type { IncomingMessage } from 'node:http';
import type { FastifyBaseLogger, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { InvalidField } from '../domain/failure.ts';
import type { Once } from '../domain/idempotency.ts';
import type { Permission } from '../domain/permission.ts';
import type { Principal } from '../domain/principal.ts';
import type { FurtherFaults } from './further-faults.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Makes an absolute link under the root by which the request came. */
export type Link = (path: string) => string;

/** What a handler receives: a caller who has the permission, and a body that conforms to its schema. */
export interface Exchange<Body> {
  readonly principal: Principal;
  readonly parameters: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: FastifyRequest['headers'];
  readonly body: Body;
  /** To be handed to the one write of the request, if the route `isRepeatable` and the caller wants it done once. */
  readonly once: Once | undefined;
  /** Aborted, if the request only reads, once no answer is awaited any more: to be heeded between long reads. */
  readonly ending: AbortSignal;
  readonly log: Pick<FastifyBaseLogger, 'error'>;
  readonly link: Link;
}

export interface Answer {
  readonly status: number;
  /** Written as JSON, or sent as it is if it is a stream or bytes; absent for an answer without content. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface DeclaredAnswer {
  readonly description: string;
  readonly schema?: TSchema;
  /** JSON by default. */
  readonly mediaType?: string;
  /** The other types it can have, as `Accept` asks: the shape of a line, or null for text without one. */
  readonly otherTypes?: Readonly<Record<string, TSchema | null>>;
  readonly headers?: readonly HeaderName[];
}

/** Headers of answers that the OpenAPI document describes. */
export const headerMeanings = {
  ETag: 'The revision of what is shown.',
  Location: 'Absolute URL of the resource that was written.',
  'X-Leadsource-Import': 'Id of the import that the lines belong to.',
  'Pagination-Total': 'Number of items on all pages together.',
  'Pagination-Limit': 'The limit in force.',
  'Pagination-Offset': 'The offset in force.',
  'WWW-Authenticate': 'How to authenticate.',
  'Retry-After': 'Seconds after which to try again.',
  'X-RateLimit-Limit': 'Number of calls allowed in a window of time.',
  'X-RateLimit-Remaining': 'Number of calls left in the window.',
  'X-RateLimit-Retry-After': 'When the next window starts, in seconds of the Unix epoch.',
  'Rate-Limit-Limit': 'The same as `X-RateLimit-Limit`.',
  'RateLimit-Policy': 'The limit and the seconds of its window (draft-ietf-httpapi-ratelimit-headers).',
  RateLimit: 'The calls left, and the seconds until the window ends.',
} as const;
export type HeaderName = keyof typeof headerMeanings;

/** The headers of every page of a collection. */
export const pageHeaderNames = [
  'Pagination-Total',
  'Pagination-Limit',
  'Pagination-Offset',
] as const satisfies readonly HeaderName[];

/** Query members and request headers that a route understands, by the table in parameters.ts. */
export type ParameterName =
  | 'limit'
  | 'offset'
  | 'sort'
  | 'filter'
  | 'expand'
  | 'fields'
  | 'targetCustomerId'
  | 'announce'
  | 'aggregationField'
  | 'aggregationPeriod'
  | 'includeRefunds'
  | 'credited'
  | 'dimension'
  | 'model'
  | 'models'
  | 'periodStart'
  | 'periodEnd'
  | 'timezone'
  | 'currency'
  | 'interval'
  | 'dateBasis'
  | 'customers'
  | 'platform'
  | 'conversionName'
  | 'sourceId'
  | 'import'
  | 'Idempotency-Key'
  | 'Prefer'
  | 'If-Match'
  | 'If-None-Match';

interface Declaration {
  readonly method: Method;
  /** Below either root, with parameters as `:name`. */
  readonly path: string;
  readonly permission: Permission;
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly parameters?: readonly ParameterName[];
  /** Replaces parts of what parameters.ts says about any of them, such as an example. */
  readonly described?: Readonly<Partial<Record<ParameterName, object>>>;
  /** Those of them that must be given. */
  readonly requires?: readonly ParameterName[];
  /** The one order of a collection that cannot be sorted, as `sort` would name it. */
  readonly order?: string;
  /** Whether it heeds `Idempotency-Key`. */
  readonly isRepeatable?: true;
  /** Those beyond what every operation can answer. */
  readonly refusals?: readonly (404 | 409 | 412)[];
  readonly answers: Readonly<Record<number, DeclaredAnswer>>;
}

export interface RouteDeclaration<Body extends TSchema> extends Declaration {
  readonly body: Body;
  /** Names every fault of a body, if a schema could not name them all at once; the schema then only describes the body. */
  readonly faults?: (body: unknown) => readonly InvalidField[];
  /** Asked only about a body that is refused anyway, so that all its faults are named at once. */
  readonly furtherFaults?: FurtherFaults;
  /** Reads what the path names, so that it is judged together with the body. Fails with `invalid`. */
  readonly named?: (parameters: Readonly<Record<string, string>>) => unknown;
  /** Whether the body may also be CSV. It is then a `Table`, which `faults` judges and the schema does not describe. */
  readonly takesTables?: true;
  readonly handle: (exchange: Exchange<Static<Body>>) => Promise<Answer>;
}

export interface BodilessDeclaration extends Declaration {
  readonly handle: (exchange: Exchange<undefined>) => Promise<Answer>;
}

export interface LinesDeclaration extends Declaration {
  /** The shape of each line. */
  readonly lines: TSchema;
  readonly handle: (exchange: Exchange<IncomingMessage>) => Promise<Answer>;
}

/** A route, ready to be mounted. One with a body schema only ever receives bodies that conform to it. */
export interface Route extends Declaration {
  readonly body: TSchema | null;
  readonly faults?: (body: unknown) => readonly InvalidField[];
  readonly furtherFaults?: FurtherFaults;
  readonly named?: RouteDeclaration<TSchema>['named'];
  readonly takesTables?: true;
  /** The shape of each line of a body that the handler reads as it arrives, and checks itself. */
  readonly lines?: TSchema;
  readonly handle: (exchange: Exchange<unknown>) => Promise<Answer>;
}

export function route(declaration: BodilessDeclaration): Route {
  const { handle } = declaration;
  return { ...declaration, body: null, handle: (exchange) => handle({ ...exchange, body: undefined }) };
}

export function routeWithBody<Body extends TSchema>(declaration: RouteDeclaration<Body>): Route {
  const { handle } = declaration;
  // By then, the body has been validated against this schema.
  return { ...declaration, handle: (exchange) => handle(exchange as Exchange<Static<Body>>) };
}

export function routeWithLines(declaration: LinesDeclaration): Route {
  const { handle } = declaration;
  // Mounting the route makes the parser hand over the body as a stream.
  return { ...declaration, body: null, handle: (exchange) => handle(exchange as Exchange<IncomingMessage>) };
}
