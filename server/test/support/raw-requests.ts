import { expect } from 'vitest';
import type { Door } from './door.ts';
import { exchange, type RawResponse } from './raw-http.ts';

export const HOST = 'Host: leadsource.test\r\n';

export function get(target: string, ...headers: string[]): string {
  return `GET ${target} HTTP/1.1\r\n${HOST}${headers.map((header) => `${header}\r\n`).join('')}\r\n`;
}

export function put(body: string, ...headers: string[]): string {
  const lines = [`Content-Length: ${Buffer.byteLength(body)}`, ...headers];
  return `PUT /things/1 HTTP/1.1\r\n${HOST}${lines.map((header) => `${header}\r\n`).join('')}\r\n${body}`;
}

export function chunked(...headers: string[]): string {
  const lines = ['Transfer-Encoding: chunked', ...headers];
  return `PUT /things/1 HTTP/1.1\r\n${HOST}${lines.map((header) => `${header}\r\n`).join('')}\r\n`;
}

export function expectProblem(response: RawResponse, status: number): void {
  expect(response.status).toBe(status);
  expect(response.headers['content-type']).toBe('application/problem+json');
  expect(response.headers['x-request-id']).toMatch(/^\S+$/);
  expect(JSON.parse(response.body)).toMatchObject({ type: 'about:blank', status });
}

/** Waits for a whole exchange on a connection of its own, by which time the door has seen what was sent before. */
export async function letArrive(door: Door): Promise<void> {
  await exchange(door.port, get('/nothing', 'Connection: close'));
}
