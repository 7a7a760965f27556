import { type Command, InvalidArgumentError } from 'commander';
import type { DemoOptions } from './demo/execute.ts';
import type { Surroundings } from './surroundings.ts';

const defaultJourneys = 20_000;
const defaultSeed = 1;

/** `leadsource demo` */
export function addDemoCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('demo')
    .description('run the service on a new database with a made-up year, and remove it afterwards')
    .option('--port <port>', 'the port to listen on (default: PORT, or 8080)', readPort)
    .option('--journeys <count>', `how many journeys to make up, 0 to 99999`, readCount, defaultJourneys)
    .option('--seed <number>', 'another number makes another year', readSeed, defaultSeed)
    .option('--json', 'print the greeting as JSON')
    .addHelpText(
      'after',
      `
The year ends today. Its database is in a directory of its own under the system's temporary
directory; DATABASE_URL and the other settings are not read, and only this machine can reach
the service.

Examples:
  $ leadsource demo
  $ leadsource demo --port 9000 --journeys 500 --seed 7`,
    )
    .action(async (options: DemoOptions) => {
      const { executeDemo } = await import('./demo/execute.ts');
      await executeDemo(surroundings, options);
    });
}

function readPort(text: string): string {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return text;
  throw new InvalidArgumentError('It must be a whole number from 0 to 65535.');
}

function readCount(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 99999.');
}

function readSeed(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number of at most nine digits.');
}
