import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  type Client,
  type ClientOptions,
  createClient,
  LeadsourceError,
  ProblemError,
} from '@leadsource/client';
import type { Environment } from '../config.ts';
import { Failure } from '../domain/failure.ts';
import type { AccessOptions } from './access-options.ts';
import { UsageError } from './faults.ts';
import type { Surroundings } from './surroundings.ts';

/** A client of the service that the options and the environment name. Fails with a plain sentence if one of them cannot be used. */
export function clientFor(
  { environment }: Pick<Surroundings, 'environment'>,
  { url, keyFile }: AccessOptions,
  options: Omit<ClientOptions, 'url' | 'secretKey' | 'token'> = {},
): Client {
  const credential = credentialIn(environment, keyFile);
  const address = url ?? urlIn(environment);
  requireAddress(address);
  return createClient({
    url: address,
    ...(isToken(credential) ? { token: credential } : { secretKey: credential }),
    ...options,
  });
}

/** The address is not repeated: it may hold a secret. */
function requireAddress(text: string): void {
  const url = URL.parse(text);
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new UsageError(
      'The address of the service, as --url or LEADSOURCE_URL, must be an http or https URL, such as https://leads.example.com.',
    );
  }
  // It would be shown with every failure, and is not sent anyway.
  if (url.username !== '' || url.password !== '') {
    throw new UsageError(
      'The address of the service has a user or a password, which is not used: leave it out.',
    );
  }
}

/** Where the service is, according to the settings on this machine. */
export function urlIn(environment: Environment): string {
  const named = environment['LEADSOURCE_URL'] || environment['LEADSOURCE_PUBLIC_URL'];
  return named || `http://${hostIn(environment)}:${environment['PORT'] || 8080}`;
}

function hostIn({ HOST: host }: Environment): string {
  if (!host || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function credentialIn(environment: Environment, keyFile: string | undefined): string {
  const text =
    keyFile === undefined
      ? environment['LEADSOURCE_KEY'] || environment['LEADSOURCE_SECRET_KEY']
      : readFileSync(keyFile, 'utf8');
  const given = text?.trim();
  if (given) {
    requireSendable(given, keyFile);
    return given;
  }
  throw new UsageError(
    keyFile === undefined
      ? 'No key: set LEADSOURCE_KEY, or name a file with --key-file (`leadsource key create` makes one).'
      : `There is no key in ${keyFile}.`,
  );
}

/** What no key has would otherwise fail as if the service could not be reached. */
function requireSendable(credential: string, keyFile: string | undefined): void {
  if (/^[\x21-\x7e]+$/.test(credential)) return;
  throw new UsageError(
    `The key ${keyFile === undefined ? 'in the environment' : `in ${keyFile}`} has a character that no key has, ` +
      'such as a space, the end of a line or a typographic quote.',
  );
}

/**
 * Identifies the caller beyond the life of the command: a digest of the key or, since tokens are renewed, of a token's claims
 * without its times and id.
 */
export function callerDigest(
  { environment }: Pick<Surroundings, 'environment'>,
  { keyFile }: AccessOptions,
): string {
  const credential = credentialIn(environment, keyFile);
  return hash('sha256', isToken(credential) ? lastingClaims(credential) : credential);
}

function lastingClaims(token: string): string {
  const [, claims = ''] = token.split('.');
  try {
    const { iat, nbf, exp, jti, ...lasting } = JSON.parse(Buffer.from(claims, 'base64url').toString());
    return JSON.stringify(lasting);
  } catch {
    return token;
  }
}

/** Keys may contain dots, too; a token begins with a JSON object in base64url. */
function isToken(credential: string): boolean {
  return /^e[wy][\w-]+\.[\w-]+\.[\w-]*$/.test(credential);
}

/** The answer to a call with options of the command line. Fails with a line that says what to do. */
export async function answered<Answer>(
  { environment }: Pick<Surroundings, 'environment'>,
  { url = urlIn(environment) }: AccessOptions,
  call: PromiseLike<Answer>,
): Promise<Answer> {
  try {
    return await call;
  } catch (error) {
    throw explainFault(error) ?? explainRefusal(error, url);
  }
}

/** Turns the failure of a call into an error with a line that says what to do. */
export function explainRefusal(error: unknown, url: string): unknown {
  if (error instanceof ProblemError) {
    if (error.status === 401)
      return new Error(`${url} does not accept the key: is it for this service, and not revoked?`);
    if (error.status === 403) return new Error(`The key does not permit this: ${error.detail}`);
    return new Error(`${url} answered ${error.status}: ${error.message}`);
  }
  if (!(error instanceof LeadsourceError)) return error;
  return new Error(`${url}: ${error.message} (Is the service running there?)`);
}

/** The faults that the service finds in options, under their names on the command line; null for any other error. */
function explainFault(error: unknown): Failure | null {
  if (!(error instanceof ProblemError) || error.invalidFields.length === 0) return null;
  const faults = error.invalidFields.map(({ field, message }) => {
    const option = field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    return { field: `--${option}`, message };
  });
  return new Failure('invalid', error.message, faults);
}
