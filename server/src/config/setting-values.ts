import { isIP, isIPv6 } from 'node:net';
import { invalid } from '../domain/failure.ts';
import { isNetwork } from '../domain/network.ts';
import { isOrganizationId, parseRateLimit, type RateLimit } from '../domain/organization.ts';

// Every reader fails with `invalid`, whose message continues the setting's name and never contains the text itself.

/** Where the database is: a file, whose path is relative to the working directory, or a server. */
export type DatabaseLocation =
  | { readonly engine: 'sqlite'; readonly path: string }
  | { readonly engine: 'postgres'; readonly url: string };

export function readWholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
    return number >= min && number <= max ? number : fail(`must be a whole number from ${min} to ${max}`);
  };
}

export function readOneOf<Word extends string>(words: readonly Word[]): (text: string) => Word {
  return (text) => {
    return words.find((word) => word === text) ?? fail(`must be one of ${words.join(', ')}`);
  };
}

export function readReplaceStatus(text: string): 200 | 201 {
  if (text === '200') return 200;
  return text === '201' ? 201 : fail('must be 201 or 200');
}

export function readRateLimit(text: string): RateLimit {
  return parseRateLimit(text) ?? fail('must be calls per seconds, such as 3000/600, or off');
}

/** An address or a name to listen on. */
export function readHost(text: string): string {
  const isAddress = isIP(text) !== 0 && !text.includes('%');
  const isName = /^(?![\d.]+$)[a-z\d][a-z\d.-]{0,252}$/i.test(text) && URL.canParse(`http://${text}`);
  return isAddress || isName ? text : fail('must be an IP address, without brackets or zone, or a host name');
}

export function readOrganizationId(text: string): string {
  return isOrganizationId(text) ? text : fail('must be 1 to 50 of A-Z, a-z, 0-9, "_" and "-"');
}

export function readVisibleText(text: string): string {
  return isVisibleText(text) ? text : fail('must be 1 to 512 visible ASCII characters');
}

export function isVisibleText(text: string): boolean {
  return /^[\x21-\x7e]{1,512}$/.test(text);
}

export function readSecretKey(text: string): string {
  const right = 'must be 32 to 512 visible ASCII characters';
  if (/[^\x21-\x7e]/.test(text)) fail(`has a space or a character outside of visible ASCII, but ${right}`);
  if (text.length < 32) fail(`is too short: ${right}`);
  return text.length > 512 ? fail(`is too long: ${right}`) : text;
}

/** Addresses and networks in CIDR notation, separated by commas. */
export function readNetworks(text: string): readonly string[] {
  const networks = text.split(',').map((network) => network.trim());
  if (!networks.every(isNetwork)) {
    fail('must be IP addresses or CIDR networks such as 10.0.0.0/8, separated by commas');
  }
  return networks;
}

/**
 * `sqlite:` and a path, or the URL of a PostgreSQL server. Refuses texts that SQLite would take for something other than that
 * file.
 */
export function readDatabaseLocation(text: string): DatabaseLocation {
  const right = 'must be sqlite:<path of a file> or postgres://<user>@<host>/<database>';
  if (/^postgres(?:ql)?:\/\/[^\s/]/.test(text) && URL.canParse(text)) {
    requireEncryption(new URL(text).searchParams);
    return { engine: 'postgres', url: text };
  }
  if (!text.startsWith('sqlite:')) fail(right);
  const path = text.slice('sqlite:'.length);
  if (path.includes(':memory:')) fail(`is in memory, where nothing would be durable: it ${right}`);
  if (/^file:/i.test(path)) fail(`has a URI where SQLite would read options from: it ${right}`);
  if (/^\/\/[^/]/.test(path)) fail(`has two slashes, which make no relative path: it ${right}`);
  if (path === '' || path.endsWith('/')) fail(`names no file: it ${right}`);
  return { engine: 'sqlite', path };
}

const encryptionModes = ['disable', 'no-verify', 'prefer', 'require', 'verify-ca', 'verify-full'];
const encryptionParameters = ['ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert', 'sslnegotiation'];

/** Refuses what the driver would pass over, so that a slip of the pen does not leave a connection in plain text. */
function requireEncryption(parameters: URLSearchParams): void {
  const names = [...parameters.keys()].filter((name) => /^ssl/i.test(name));
  if (!names.every((name) => encryptionParameters.includes(name))) {
    fail(`must have no other parameters about encryption than ${encryptionParameters.join(', ')}`);
  }
  if (!parameters.getAll('ssl').every((text) => ['true', '1', '0'].includes(text))) {
    fail('must have true, 1 or 0 as ssl');
  }
  if (!parameters.getAll('sslmode').every((mode) => encryptionModes.includes(mode))) {
    fail(`must have an sslmode out of ${encryptionModes.join(', ')}`);
  }
}

/** An absolute URL without query or fragment, normalized and without a trailing slash. */
export function readPublicUrl(text: string): string {
  const url = parseWebUrl(text);
  if (url === null) fail('must be an absolute http or https URL, without user and password');
  if (/[?#]/.test(text)) fail('must have neither query nor fragment');
  return `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
}

/** The URL of a service that listens there, as seen from the same machine. */
export function localUrl(host: string, port: number): string {
  const url = new URL(`http://${isIPv6(host) ? `[${host}]` : host}:${port}`);
  if (url.hostname === '0.0.0.0' || url.hostname === '[::]') url.hostname = 'localhost';
  return url.origin;
}

/** An http or https URL; null for any other text, for credentials, and for characters that URL parsers silently drop. */
export function parseWebUrl(text: string): URL | null {
  const url = /^https?:\/\/(?!\/)[\x21-\x5b\x5d-\x7e]+$/i.test(text) ? URL.parse(text) : null;
  return url === null || url.username !== '' || url.password !== '' ? null : url;
}

/** Whether a host, as a setting or a URL names it, is this machine alone. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|127(?:\.\d{1,3}){3}|::1|\[::1\])$/.test(host);
}

function fail(message: string): never {
  throw invalid('', message);
}
