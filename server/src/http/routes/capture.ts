import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { memberOf } from '../../domain/body-faults.ts';
import { Failure } from '../../domain/failure.ts';
import type { RateLimit } from '../../domain/organization.ts';
import { grants } from '../../domain/permission.ts';
import { parseInstant } from '../../domain/time.ts';
import { isWebOrigin } from '../../domain/uri.ts';
import type { AuthenticatedKey, Authentication } from '../../operations/authentication.ts';
import type { CapturedArrival, CaptureOperations } from '../../operations/capture.ts';
import { clientAddress } from '../client-address.ts';
import { answerOf, problemAnswer } from '../openapi.ts';
import { requireRootOf } from '../organization-root.ts';
import { addressName, type FixedWindows, refuseBeyond, showAllowance } from '../rate-limit.ts';
import { reference } from '../schemas.ts';
import { validatorOf } from '../validation.ts';
import { type CaptureBody, CaptureInput } from '../visitor-schemas.ts';

export interface CaptureParts {
  readonly operations: CaptureOperations;
  readonly authentication: Pick<Authentication, 'byKey' | 'noteVisit'>;
  /** Counts calls with wrong credentials, as for all other routes. */
  readonly failures: FixedWindows;
  readonly failureLimit: RateLimit;
  /** Counts arrivals, by address and key. */
  readonly windows: FixedWindows;
  readonly rateLimit: RateLimit;
}

export const capturePath = '/capture';

const schema = {
  tags: ['Capture'],
  operationId: 'PostCapture',
  summary: 'Record a visit',
  description:
    'For pages and for servers that render them, with a publishable key. A visit that is not recorded is also ' +
    'answered with 202, and with the reason in `X-Leadsource-Ignored`: `origin` (the key is for other pages), ' +
    '`consent` (denied, or `Sec-GPC: 1`), `bot`, `internal` (a visit merely continues) or `duplicate` (sent a ' +
    'moment ago). The body may be declared as `text/plain`, as by beacons, and may have up to 16 KiB.',
  security: [{ PublishableKey: [] }, {}],
  body: CaptureInput,
  response: {
    202: answerOf({
      description: 'Recorded durably, or ignored.',
      schema: reference('CaptureAnswer'),
    }),
    ...Object.fromEntries(
      ([400, 401, 403, 404, 408, 413, 414, 415, 422, 429, 431, 500, 503] as const).map((status) => [
        status,
        problemAnswer(status),
      ]),
    ),
  },
};

/**
 * The one door for pages. Their credential is public and may be in the body, so the body, which is short, is read first, and
 * everything is limited by address.
 */
export function mountCapture(app: FastifyInstance, parts: CaptureParts): void {
  const validate = validatorOf(CaptureInput);
  for (const url of [capturePath, `${capturePath}/`]) {
    app.route({
      method: 'POST',
      url,
      schema: url === capturePath ? schema : { hide: true },
      config: { pattern: capturePath, takesBeacons: true },
      onRequest: (request, reply, done) => {
        letPageRead(request, reply);
        done();
      },
      handler: (request, reply) => answer(parts, validate, request, reply),
    });
    app.route({
      method: 'OPTIONS',
      url,
      schema: { hide: true },
      config: { pattern: capturePath, ignoresBody: true },
      handler: (request, reply) => {
        letPageRead(request, reply);
        return reply.code(204).headers(preflightHeaders).send();
      },
    });
  }
}

const preflightHeaders = {
  'access-control-allow-methods': 'POST',
  'access-control-allow-headers': 'Content-Type, Authorization',
  'access-control-max-age': '86400',
};

/** Sent with every answer, because which key is used, and so whether the page may use it, is known only with the body. */
function letPageRead({ headers: { origin } }: FastifyRequest, reply: FastifyReply): void {
  reply.header('vary', 'Origin');
  if (origin === undefined || !(isWebOrigin(origin) || origin === 'null')) return;
  reply.header('access-control-allow-origin', origin);
  reply.header('access-control-expose-headers', 'X-Leadsource-Ignored, X-Request-Id, Retry-After');
}

async function answer(
  parts: CaptureParts,
  validate: (body: unknown) => void,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { principal, allowedOrigins, key } = await admit(parts, request, reply);
  validate(request.body);
  const body = request.body as CaptureBody;
  const arrival = arrivalOf(body, request);
  const outcome = await parts.operations.capture({ ...principal, allowedOrigins }, arrival);
  if (outcome.recorded) parts.authentication.noteVisit(key);
  else {
    reply.header('x-leadsource-ignored', outcome.reason);
    if (outcome.reason === 'origin') reply.removeHeader('access-control-allow-origin');
  }
  return reply.code(202).send({ recorded: outcome.recorded, visitorId: body.visitorId });
}

/** Checks who captures, how often, for which organization and with which right, in the same order as for any other request. */
async function admit(
  { authentication, failures, failureLimit, windows, rateLimit }: CaptureParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<AuthenticatedKey> {
  const address = addressName(clientAddress(request));
  const key = keyOf(request);
  const found = key === null ? null : await authentication.byKey(key, 'publishable');
  if (found === null) {
    const failed = failures.take(address, failureLimit);
    if (failed?.exceeded === true) throw refuseBeyond(reply, failed);
    throw new Failure('unauthenticated', 'Valid credentials are required.');
  }
  const { principal, allowsAddress } = found;
  if (!allowsAddress(clientAddress(request)))
    throw new Failure('forbidden', 'The key may not be used from this address.');
  const allowance = windows.take(`${address} ${principal.actor}`, rateLimit);
  if (allowance !== null) showAllowance(reply, allowance);
  if (allowance?.exceeded === true) throw refuseBeyond(reply, allowance);
  requireRootOf(principal.organization, request);
  if (!grants(principal.permissions, 'capture:write')) {
    throw new Failure('forbidden', 'This takes the permission capture:write.');
  }
  return found;
}

/** The header takes precedence. */
function keyOf({ headers: { authorization }, body }: FastifyRequest): string | null {
  if (authorization !== undefined) return authorization;
  const key = memberOf(body, 'key');
  return typeof key === 'string' ? key : null;
}

function arrivalOf(body: CaptureBody, { headers }: FastifyRequest): CapturedArrival {
  const { visitorId, url, referrer = null, occurredTime = null, consent } = body;
  return {
    visitorId,
    url,
    referrer,
    occurredTime: occurredTime === null ? null : parseInstant(occurredTime),
    consent: headers['sec-gpc'] === '1' ? 'denied' : (consent ?? 'unknown'),
    origin: headers.origin ?? null,
    userAgent: headers['user-agent'] ?? null,
  };
}
