import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';
import { Failure } from '../../domain/failure.ts';
import type { TokenOperations } from '../../operations/token.ts';
import { plainAnswer, problemAnswer } from '../openapi.ts';

export interface ServiceParts {
  readonly tokens: Pick<TokenOperations, 'keySet'>;
  readonly phase: () => Phase;
  /** Fails with `unavailable` if the database does not answer or takes no writes. Settles within a bounded time. */
  readonly requireStorage: () => Promise<void>;
  /** The OpenAPI document as JSON. */
  readonly document: () => Promise<Buffer>;
}

/** Starting until there is an organization; stopping from the moment the service prepares to stop. */
export type Phase = 'starting' | 'ready' | 'stopping';

const health = {
  type: 'object',
  properties: { status: { type: 'string', enum: ['ok'] } },
  required: ['status'],
};
const ok = { status: 'ok' };

/** What machines ask of the service itself, without a credential. */
export function mountService(
  app: FastifyInstance,
  { tokens, phase, requireStorage, document }: ServiceParts,
  registry: Registry,
): void {
  const tags = ['Service'];
  // These exist only at the service's root, not under an organization's.
  const common = { tags, security: [] };
  const config = { ignoresBody: true };
  app.get(
    '/health/live',
    {
      config: { ...config, isAnsweredEarly: true },
      schema: {
        ...common,
        operationId: 'GetHealthLive',
        summary: 'Is the process alive?',
        response: { 200: plainAnswer('It is alive.', 'application/json', health), 431: problemAnswer(431) },
      },
    },
    async () => ok,
  );
  app.get(
    '/health/ready',
    {
      config,
      schema: {
        ...common,
        operationId: 'GetHealthReady',
        summary: 'Can the service answer requests?',
        description:
          'Whether the database answers and takes writes. Not ready once the service prepares to stop.',
        response: {
          200: plainAnswer('It can.', 'application/json', health),
          431: problemAnswer(431),
          503: problemAnswer(503),
        },
      },
    },
    async () => {
      if (phase() === 'stopping') throw new Failure('unavailable', 'The service is shutting down.');
      await requireStorage();
      return ok;
    },
  );
  app.get(
    '/metrics',
    {
      config,
      schema: {
        ...common,
        operationId: 'GetMetrics',
        summary: 'Metrics for Prometheus',
        response: {
          200: plainAnswer('The metrics in the exposition format.', 'text/plain'),
          431: problemAnswer(431),
        },
      },
    },
    async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()),
  );
  app.get(
    '/.well-known/jwks.json',
    {
      config,
      schema: {
        ...common,
        operationId: 'GetJsonWebKeySet',
        summary: 'Public keys of the tokens minted here',
        response: {
          200: plainAnswer('A JSON Web Key Set (RFC 7517).', 'application/json', {
            type: 'object',
            properties: { keys: { type: 'array', items: { type: 'object' } } },
            required: ['keys'],
          }),
          431: problemAnswer(431),
          503: problemAnswer(503),
        },
      },
    },
    () => tokens.keySet(),
  );
  app.get(
    '/openapi.json',
    {
      config,
      schema: {
        ...common,
        operationId: 'GetOpenApi',
        summary: 'This document',
        response: {
          200: plainAnswer('OpenAPI 3.1.', 'application/json', { type: 'object' }),
          431: problemAnswer(431),
        },
      },
    },
    async (_request, reply) => reply.type('application/json; charset=utf-8').send(await document()),
  );
}
