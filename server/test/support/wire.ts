import { exchange, type RawResponse } from './raw-http.ts';
import { type TestService, testSecretKey } from './service.ts';

/** A request as it goes over the wire, with nothing put right on its way. */
export interface WireRequest {
  readonly method?: string;
  readonly target: string;
  /** The REB-APIKEY header; null for none. */
  readonly key?: string | null;
  /** Null for no Host header. */
  readonly host?: string | null;
  /** Whether the connection may stay open after the answer. */
  readonly keepsAlive?: boolean;
  readonly headers?: readonly (readonly [name: string, value: string])[];
  /** Text goes as UTF-8. Its length is announced unless the headers frame it. */
  readonly body?: string | Uint8Array;
}

export interface WireAnswer extends RawResponse {
  /** The body as JSON; null where there is none. */
  readonly json: unknown;
}

/** The port a service listens on. */
export function portOf(service: TestService): number {
  return Number(new URL(service.url).port);
}

/** The bytes of a request: a PUT after which the server is to close the connection, unless told otherwise. */
export function wireBytes(request: WireRequest): Buffer {
  const { method = 'PUT', target, key = testSecretKey, host = 'leadsource.test', headers = [] } = request;
  const body = Buffer.from(request.body ?? '');
  const isFramed = headers.some(([name]) => /^(?:content-length|transfer-encoding)$/i.test(name));
  const lines = [
    ...(host === null ? [] : [['Host', host] as const]),
    ...(key === null ? [] : [['REB-APIKEY', key] as const]),
    ...(request.keepsAlive === true ? [] : [['Connection', 'close'] as const]),
    ...headers,
    ...(isFramed || request.body === undefined ? [] : [['Content-Length', String(body.length)] as const]),
  ];
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([Buffer.from(`${method} ${target} HTTP/1.1\r\n${head}\r\n`, 'latin1'), body]);
}

/** Sends a request on a connection of its own and holds the answer against the OpenAPI document. */
export async function sendWire(service: TestService, request: WireRequest): Promise<WireAnswer> {
  const answer = await sendBytes(service, wireBytes(request));
  service.contract.check(request.method ?? 'PUT', request.target, {
    status: answer.status,
    headers: new Headers(answer.headers),
    body: answer.json,
  });
  return answer;
}

/** Sends bytes on a connection of their own, which the server must close after its one answer. */
export async function sendBytes(
  service: TestService,
  ...parts: readonly (string | Uint8Array)[]
): Promise<WireAnswer> {
  const response = await exchange(portOf(service), ...parts);
  return { ...response, json: response.body === '' ? null : JSON.parse(response.body) };
}
