import { flushCompileCache } from 'node:module';
import type { Command } from 'commander';
import { type Config, readConfig } from '../config.ts';
import type { Service } from '../service.ts';
import { jsonText } from './document.ts';
import { exitCodes } from './faults.ts';
import { toldToStop } from './stop-signals.ts';
import type { Surroundings } from './surroundings.ts';

/** `leadsource serve` */
export function addServeCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('serve')
    .description('run the service')
    .option('--json', 'print the greeting as a line of JSON')
    .addHelpText(
      'after',
      `
SIGTERM or SIGINT stops it in an orderly way: what it accepted is answered and kept.
Another SIGINT after that ends it at once, with exit code 1.

Examples:
  $ leadsource serve
  $ PORT=9000 DATABASE_URL=sqlite:/data/leadsource.db leadsource serve`,
    )
    .action(({ json }: { json?: true }) => serve(surroundings, json === true));
}

async function serve(surroundings: Surroundings, isJson: boolean): Promise<void> {
  const { environment, out } = surroundings;
  const config = readConfig(environment);
  await runService(surroundings, config, {
    greet: (service) => out(isJson ? jsonGreeting(service, config) : greeting(service, config)),
  });
}

interface Run {
  /** To be done before the start. */
  readonly prepare?: () => Promise<void>;
  /** Says that the service listens. */
  readonly greet: (service: Service) => void;
}

/** Runs the service until it is told to stop. Exits with 1 if it cannot go on. */
export async function runService(
  { err, now }: Surroundings,
  config: Config,
  { prepare, greet }: Run,
): Promise<void> {
  // Before the start, since the first process of a container ignores signals for which it has no handler.
  const told = toldToStop({ source: process, now, force: () => process.exit(exitCodes.failed) });
  await prepare?.();
  // Loaded only here, so that other commands need not load the service.
  const { start } = await import('../start.ts');
  let isOpen = false;
  // Opening changes the database all or nothing, so it can be interrupted, and it may wait long for another process.
  void told.then(() => {
    if (!isOpen) process.exit(exitCodes.ok);
  });
  const service = await start({
    config,
    now,
    onOpen: () => {
      isOpen = true;
    },
    onFatal: (reason) => {
      err(`leadsource: the storage failed, nothing more can be acknowledged: ${reason}\n`);
      process.exit(exitCodes.failed);
    },
  });
  greet(service);
  // Lets the next start find what this one compiled, even if this process is killed.
  flushCompileCache();
  await told;
  await service.stop();
  // The process ends by itself, unless name lookups are pending: those that the system is working on cannot be cancelled.
  setTimeout(() => process.exit(), lookupPatienceMilliseconds).unref();
}

const lookupPatienceMilliseconds = 500;

function jsonGreeting({ url, organizationIds, initialized }: Service, config: Config): string {
  const secretKey = initialized === null || config.secretKey !== null ? null : initialized.secret;
  return jsonText({ url, organizationIds, secretKey }).replaceAll(/\n\s*/g, ' ').trim().concat('\n');
}

function greeting({ url, organizationIds, initialized }: Service, config: Config): string {
  const first = `leadsource listens on ${url} (dashboard: ${url}/, API: ${url}/docs)\n`;
  if (initialized === null) return `${first}Organizations: ${organizationIds.join(', ')}\n`;
  const isGiven = config.secretKey !== null;
  const shown = isGiven
    ? ['Secret key:    the one in LEADSOURCE_SECRET_KEY']
    : [
        `Secret key:    ${initialized.secret}`,
        '               Keep it: it is shown only once. If it is lost, `npx leadsource key create` makes another.',
      ];
  const header = isGiven ? '"REB-APIKEY: $LEADSOURCE_SECRET_KEY"' : `'REB-APIKEY: ${initialized.secret}'`;
  const lines = [
    `Organization:  ${initialized.organizationId}`,
    ...shown,
    '',
    'Try it:',
    `  curl -X PUT ${url}/customers/cus_example/lead-source -H ${header} -H 'Content-Type: application/json' -d '${example}'`,
  ];
  return `${first}${lines.join('\n')}\n\n`;
}

const example = '{"medium":"cpc","source":"google","campaign":"spring"}';
