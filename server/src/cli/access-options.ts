import type { Command } from 'commander';

/** Which service a command talks to, and with which credential. */
export interface AccessOptions {
  readonly url?: string;
  readonly keyFile?: string;
}

/** Adds the options of commands that talk to a running service. */
export function withAccess(command: Command): Command {
  return command
    .option(
      '--url <url>',
      'the address of the service (default: LEADSOURCE_URL, or the service on this machine)',
    )
    .option(
      '--key-file <file>',
      'a file with the key or token (default: LEADSOURCE_KEY, or LEADSOURCE_SECRET_KEY)',
    );
}

export const accessHelp = `
The command talks to the running service that LEADSOURCE_URL names, with the key in
LEADSOURCE_KEY: a key is never given on the command line, where others could read it.`;
