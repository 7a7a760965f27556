import type { IncomingMessage } from 'node:http';
import { behindHost, Refusal } from './problem.ts';

export const LONGEST_TARGET_BYTES = 8 * 1024;
export const LARGEST_HEADERS_BYTES = 16 * 1024;
export const MOST_HEADERS = 100;

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS']);

/** Headers that may not be repeated, since two readers could choose different values. Each has its bit. */
const SINGLE_HEADERS: ReadonlyMap<string, number> = new Map([
  ['host', 1],
  ['content-type', 2],
  ['content-length', 4],
  ['authorization', 8],
  ['reb-apikey', 16],
]);

const HOST = /^(?:[\w.~!$&'()*+,;=%-]+|\[[\da-f:.]+\])(?::\d{0,5})?$/i;
const ABSOLUTE_TARGET = /^https?:\/\/[^/?]+/i;

type Rule = (request: IncomingMessage) => Refusal | undefined;

const RULES: readonly Rule[] = [
  judgeVersion,
  judgeMethod,
  judgeTarget,
  judgeHeaders,
  judgeHost,
  judgeTransferEncoding,
  judgeExpectation,
];

/** Why the head of a request is refused before anything else looks at it; undefined if it may pass. */
export function refusalOfHead(request: IncomingMessage): Refusal | undefined {
  for (const rule of RULES) {
    const refusal = rule(request);
    if (refusal !== undefined) return refusal;
  }
  return undefined;
}

/** The target as path and query. If it is a whole URL, its host is ignored. */
export function originForm(target: string): string {
  const rest = behindHost(target);
  return rest.startsWith('/') || rest === '*' ? rest : `/${rest}`;
}

function judgeVersion(request: IncomingMessage): Refusal | undefined {
  const { httpVersion } = request;
  return httpVersion === '1.1' || httpVersion === '1.0' ? undefined : new Refusal(505);
}

function judgeMethod(request: IncomingMessage): Refusal | undefined {
  return METHODS.has(request.method ?? '') ? undefined : new Refusal(501);
}

function judgeTarget(request: IncomingMessage): Refusal | undefined {
  const target = request.url ?? '';
  if (target.length > LONGEST_TARGET_BYTES) return new Refusal(414);
  if (target.includes('#')) return new Refusal(400, 'The request target has a fragment.');
  if (target.startsWith('/') || ABSOLUTE_TARGET.test(target)) return undefined;
  if (target === '*' && request.method === 'OPTIONS') return undefined;
  return new Refusal(400, 'The request target is neither a path nor an http URL.');
}

function judgeHeaders(request: IncomingMessage): Refusal | undefined {
  const { rawHeaders } = request;
  if (rawHeaders.length > 2 * MOST_HEADERS) return new Refusal(431);
  let bytes = 0;
  let seen = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    bytes += name.length + (rawHeaders[index + 1]?.length ?? 0) + ': \r\n'.length;
    const bit = SINGLE_HEADERS.get(name.toLowerCase()) ?? 0;
    if ((seen & bit) !== 0) return new Refusal(400, `The header ${name.toLowerCase()} stands twice.`);
    seen |= bit;
  }
  return bytes > LARGEST_HEADERS_BYTES ? new Refusal(431) : undefined;
}

function judgeHost(request: IncomingMessage): Refusal | undefined {
  const { host } = request.headers;
  if (host === undefined && request.httpVersion === '1.0') return undefined;
  if (host === undefined) return new Refusal(400, 'The header host is missing.');
  return HOST.test(host)
    ? undefined
    : new Refusal(400, 'The header host is neither a host nor a host with a port.');
}

function judgeTransferEncoding(request: IncomingMessage): Refusal | undefined {
  const coding = request.headers['transfer-encoding'];
  if (coding === undefined) return undefined;
  if (request.httpVersion === '1.0') return new Refusal(400, 'HTTP/1.0 has no transfer codings.');
  return coding.toLowerCase() === 'chunked'
    ? undefined
    : new Refusal(501, 'The only transfer coding that is understood is chunked.');
}

function judgeExpectation(request: IncomingMessage): Refusal | undefined {
  const { expect } = request.headers;
  if (expect === undefined || request.httpVersion === '1.0') return undefined;
  return expect.toLowerCase() === '100-continue' ? undefined : new Refusal(417);
}
