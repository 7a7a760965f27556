import { secretKey } from '../traffic.ts';

/** A request that is meant to do harm, as bytes on the wire, and the status that it must be answered with. */
export interface Hostile {
  readonly name: string;
  readonly request: Buffer;
  readonly status: number;
}

export const key = `REB-APIKEY: ${secretKey}\r\n`;
export const path = '/customers/bench_hostile/lead-source';

export function put(name: string, body: string | Buffer, status: number, headers = ''): Hostile {
  const bytes = Buffer.from(body);
  const all = `${key}Content-Type: application/json\r\nContent-Length: ${bytes.length}\r\n${headers}`;
  return { name, request: Buffer.concat([head('PUT', path, all), bytes]), status };
}

export function get(name: string, target: string, headers: string, status: number): Hostile {
  return { name, request: head('GET', target, headers), status };
}

export function head(method: string, target: string, headers: string): Buffer {
  return Buffer.from(`${method} ${target} HTTP/1.1\r\nHost: bench.example\r\n${headers}\r\n`, 'latin1');
}

export function nested(depth: number): string {
  return `{"x":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`;
}

/** An object of `count` members, each as `member` writes it. */
export function members(count: number, member: (place: number) => string): string {
  return `{${Array.from({ length: count }, (_, place) => member(place)).join(',')}}`;
}

const letters = Array.from({ length: 95 }, (_, place) => String.fromCharCode(0x20 + place))
  .filter((letter) => letter !== '"' && letter !== '\\')
  .join('');

/** A name of two ASCII characters. There are 8,649, so as many members as possible fit into a body. */
export function shortName(place: number): string {
  return letters.charAt(Math.floor(place / letters.length)) + letters.charAt(place % letters.length);
}

export function array(count: number): string {
  return `[${Array(count).fill('{}').join(',')}]`;
}

export function referrer(text: string): string {
  return JSON.stringify({ referrer: text });
}

/** A token that is signed with a key it brings along. */
export function forgedToken(): string {
  const own = { kty: 'oct', k: 'a'.repeat(1_000) };
  const claims = { iss: 'https://leads.example', aud: 'leadsource', exp: 4_000_000_000, permissions: ['*'] };
  const parts = [
    { alg: 'HS256', jwk: own, jku: 'https://attacker.example/keys', kid: `../../${'a'.repeat(500)}` },
    { ...claims, organizationId: 'org_bench' },
  ];
  const encoded = parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'));
  return [...encoded, Buffer.alloc(32).toString('base64url')].join('.');
}
