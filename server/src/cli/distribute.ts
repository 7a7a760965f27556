import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { distributeStore } from '../open-store.ts';
import { jsonText } from './document.ts';
import type { Surroundings } from './surroundings.ts';

interface DistributeOptions {
  readonly dryRun?: true;
  readonly json?: true;
}

/** `leadsource distribute` */
export function addDistributeCommand(program: Command, surroundings: Surroundings): void {
  program
    .command('distribute')
    .description(
      'spread the tables over the nodes of a Citus cluster, by organization, while the service is stopped',
    )
    .option('--dry-run', 'print the statements without running them')
    .option('--json', 'print the statements as JSON')
    .addHelpText(
      'after',
      `
Run it once, and again after an update that adds tables: tables that are already spread
stay as they are. Existing rows move to their nodes. Stop every process of the service
before, and start them afterwards; --dry-run may be used while they run. DATABASE_URL is
that of the service: it names the coordinator.

Examples:
  $ leadsource distribute --dry-run
  $ leadsource distribute`,
    )
    .action((options: DistributeOptions) => distribute(surroundings, options));
}

async function distribute(surroundings: Surroundings, { dryRun, json }: DistributeOptions): Promise<void> {
  const { environment, out, err } = surroundings;
  const isDryRun = dryRun === true;
  const statements = await distributeStore(readConfig(environment), isDryRun);
  if (json === true) {
    out(jsonText({ statements, run: !isDryRun }));
    return;
  }
  if (isDryRun) {
    out(statements.map((statement) => `${statement};\n`).join(''));
    return;
  }
  err(statements.length === 0 ? 'Every table is in its place already.\n' : 'Every table is in its place.\n');
}
