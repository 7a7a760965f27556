import type { FastifyReply } from 'fastify';
import { Failure, type FailureCode, type InvalidField } from '../domain/failure.ts';
import { targetOf } from './organization-root.ts';

/** Title of every status that the service refuses with, and the detail of an error that has none of its own. */
const PROBLEMS = {
  400: ['Bad Request', 'The request cannot be understood.'],
  401: ['Unauthorized', 'Valid credentials are required.'],
  403: ['Forbidden', 'The credentials do not permit this.'],
  404: ['Not Found', 'There is nothing here.'],
  405: ['Method Not Allowed', 'The method is not one of those that the Allow header names.'],
  408: ['Request Timeout', 'The request did not arrive in time.'],
  409: ['Conflict', 'The request contradicts what is stored.'],
  412: ['Precondition Failed', 'A precondition of the request does not hold.'],
  413: ['Content Too Large', 'The body is larger than the limit.'],
  414: ['URI Too Long', 'The request target is longer than 8 KiB.'],
  415: ['Unsupported Media Type', 'The body is not of a type that is accepted here.'],
  417: ['Expectation Failed', 'The only expectation that can be met is 100-continue.'],
  422: ['Unprocessable Content', 'The request has invalid fields.'],
  429: ['Rate Limit Exceeded', 'Too many requests.'],
  431: ['Request Header Fields Too Large', 'The headers are more than 100 or larger than 16 KiB.'],
  500: ['Internal Server Error', 'The service failed. The X-Request-Id header names the entry in its log.'],
  501: ['Not Implemented', 'The service does not know this method.'],
  503: ['Service Unavailable', 'The service cannot answer now.'],
  505: ['HTTP Version Not Supported', 'The service speaks HTTP/1.1.'],
} as const satisfies Record<number, readonly [title: string, detail: string]>;

export type ProblemStatus = keyof typeof PROBLEMS;

const STATUS_OF_FAILURE: Readonly<Record<FailureCode, ProblemStatus>> = {
  malformed: 400,
  unauthenticated: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  'precondition-failed': 412,
  invalid: 422,
  'rate-limited': 429,
  unavailable: 503,
};

const STATUS_OF_FRAMEWORK_ERROR: ReadonlyMap<string, ProblemStatus> = new Map([
  ['FST_ERR_BAD_URL', 400],
  ['FST_ERR_CTP_EMPTY_JSON_BODY', 400],
  ['FST_ERR_CTP_INVALID_CONTENT_LENGTH', 400],
  ['FST_ERR_CTP_INVALID_JSON_BODY', 400],
  ['FST_ERR_ROUTE_MISSING_CONTENT_TYPE', 400],
  ['FST_ERR_NOT_FOUND', 404],
  ['FST_ERR_CTP_BODY_TOO_LARGE', 413],
  ['FST_ERR_MAX_PARAM_LENGTH', 414],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 415],
  ['FST_ERR_HANDLER_TIMEOUT', 503],
]);

const HEADERS_OF_STATUS: Partial<Record<ProblemStatus, Readonly<Record<string, string>>>> = {
  401: { 'www-authenticate': 'Bearer' },
  408: { connection: 'close' },
  503: { 'retry-after': '5' },
};

const LONGEST_PATH = 8 * 1024;

/** A refusal by the HTTP layer itself, such as of a method or a media type; all other code fails with a `Failure`. */
export class Refusal extends Error {
  readonly status: ProblemStatus;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: ProblemStatus, detail?: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail ?? PROBLEMS[status][1]);
    this.name = 'Refusal';
    this.status = status;
    this.headers = headers;
  }
}

/** An answer in the form of RFC 9457. */
export interface Problem {
  readonly status: ProblemStatus;
  readonly title: string;
  readonly detail: string;
  /** Lower-case names, among them the content type. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * The one translation of errors to HTTP. `requestPath` is echoed as it was sent; of an unexpected error, which is a 500, nothing
 * is revealed. Logging those is up to the caller.
 */
export function problemOf(error: unknown, requestPath: string): Problem {
  if (error instanceof Failure) {
    const status = STATUS_OF_FAILURE[error.code];
    // The answer must not reveal what was wrong with a credential.
    const detail = status === 401 ? PROBLEMS[401][1] : error.message;
    return buildProblem(status, detail, requestPath, {}, status === 422 ? error.invalidFields : undefined);
  }
  if (error instanceof Refusal) return buildProblem(error.status, error.message, requestPath, error.headers);
  const status = STATUS_OF_FRAMEWORK_ERROR.get(codeOf(error)) ?? blamedStatus(error);
  return buildProblem(status, PROBLEMS[status][1], requestPath);
}

/** Answers a request with the problem that the error stands for, and the request's id; headers already on the reply stay. */
export function sendProblem(reply: FastifyReply, error: unknown): FastifyReply {
  const problem = problemOf(error, pathOf(targetOf(reply.request.raw)));
  // As bytes, since Fastify adds a charset to the type of JSON text, which RFC 9457 does not define.
  const body = Buffer.from(problem.body);
  return reply
    .code(problem.status)
    .headers(problem.headers)
    .header('x-request-id', reply.request.id)
    .send(body);
}

const beforePath = /^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i;

/** A request target without the authority, perhaps with a password, that one in the form of a whole URL contains. */
export function behindHost(requestTarget: string): string {
  return requestTarget.startsWith('/') ? requestTarget : requestTarget.replace(beforePath, '');
}

/** The path of a request target. */
export function pathOf(requestTarget: string): string {
  const target = behindHost(requestTarget);
  const end = target.search(/[?#]/);
  return end === -1 ? target : target.slice(0, end);
}

function buildProblem(
  status: ProblemStatus,
  detail: string,
  requestPath: string,
  headers: Readonly<Record<string, string>> = {},
  invalidFields?: readonly InvalidField[],
): Problem {
  const title = PROBLEMS[status][0];
  const instance = requestPath.slice(0, LONGEST_PATH);
  return {
    status,
    title,
    detail,
    headers: { 'content-type': 'application/problem+json', ...HEADERS_OF_STATUS[status], ...headers },
    body: JSON.stringify({ type: 'about:blank', title, status, detail, instance, invalidFields }),
  };
}

/** Plugins, such as the one that serves files, blame a request by a status of their own; an error without one is ours. */
function blamedStatus(error: unknown): ProblemStatus {
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (!(status >= 400 && status < 500)) return 500;
  return isProblemStatus(status) ? status : 404;
}

function isProblemStatus(status: number): status is ProblemStatus {
  return Object.hasOwn(PROBLEMS, status);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
