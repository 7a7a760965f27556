import { readFileSync } from 'node:fs';
import {
  type Client,
  type ClientOptions,
  createClient,
  LeadsourceError,
  ProblemError,
} from '@leadsource/client';
import { type Command, InvalidArgumentError } from 'commander';
import type { Environment } from '../config.ts';
import { UsageError } from './faults.ts';
import type { Surroundings } from './surroundings.ts';

/** How a command is told which service it talks to, and as whom. */
export interface AccessOptions {
  readonly url?: string;
  readonly keyFile?: string;
}

/** Adds the options of commands that talk to a running service. */
export function withAccess(command: Command): Command {
  return command
    .option(
      '--url <url>',
      'where the service is (default: LEADSOURCE_URL, or the service of this machine)',
      readUrl,
    )
    .option(
      '--key-file <file>',
      'a file with the key or token (default: the one in LEADSOURCE_KEY, or LEADSOURCE_SECRET_KEY)',
    );
}

export const accessHelp = `
The command talks to a running service, as LEADSOURCE_URL and LEADSOURCE_KEY say: the
key is never on the command line, where others could read it.`;

function readUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw new InvalidArgumentError('It must be an http or https URL, such as https://leads.example.com.');
  }
  return text;
}

/** A client of the service that the options and the environment name. Fails with a plain line where no key is given. */
export function clientFor(
  { environment }: Pick<Surroundings, 'environment'>,
  { url, keyFile }: AccessOptions,
  options: Omit<ClientOptions, 'url' | 'secretKey' | 'token'> = {},
): Client {
  const credential = credentialIn(environment, keyFile);
  return createClient({
    url: url ?? urlIn(environment),
    ...(isToken(credential) ? { token: credential } : { secretKey: credential }),
    ...options,
  });
}

/** Where the service is, by the settings that it has on this machine. */
export function urlIn(environment: Environment): string {
  const named = environment['LEADSOURCE_URL'] || environment['LEADSOURCE_PUBLIC_URL'];
  return named || `http://127.0.0.1:${environment['PORT'] || 8080}`;
}

function credentialIn(environment: Environment, keyFile: string | undefined): string {
  const given =
    keyFile === undefined
      ? environment['LEADSOURCE_KEY'] || environment['LEADSOURCE_SECRET_KEY']
      : readFileSync(keyFile, 'utf8').trim();
  if (given) return given;
  throw new UsageError(
    keyFile === undefined
      ? 'No key: set LEADSOURCE_KEY, or name a file with --key-file (`leadsource key create` makes one).'
      : `There is no key in ${keyFile}.`,
  );
}

function isToken(credential: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(credential);
}

/** What a call to the service failed with, as a line that says what to do. */
export function explainRefusal(error: unknown, url: string): unknown {
  if (error instanceof ProblemError) {
    if (error.status === 401)
      return new Error(`${url} does not know the key: is it of this service, and not revoked?`);
    if (error.status === 403) return new Error(`The key does not permit this: ${error.detail}`);
    return new Error(`${url} answered ${error.status}: ${error.message}`);
  }
  if (!(error instanceof LeadsourceError)) return error;
  return new Error(`${url}: ${error.message} (Is the service running there?)`);
}
