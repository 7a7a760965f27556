import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { readConfig } from '../config.ts';
import { erasureLine, type LoggedErasure, parseErasureLine } from '../domain/erasure.ts';
import { formatInstant } from '../domain/time.ts';
import { createErasureOperations } from '../operations/erasure.ts';
import { jsonText } from './document.ts';
import { withSession } from './session.ts';
import type { Surroundings } from './surroundings.ts';

/** `leadsource erasures …` */
export function addErasureCommands(program: Command, surroundings: Surroundings): void {
  const erasures = program
    .command('erasures')
    .helpCommand(false)
    .description('keep erased customers erased, even in a restored database');
  addList(erasures, surroundings);
  addApply(erasures, surroundings);
}

function addList(parent: Command, surroundings: Surroundings): void {
  parent
    .command('list')
    .description('print every erasure, one line of JSON each')
    .option('--json', 'print a JSON array, with times as the API has them')
    .addHelpText(
      'after',
      `
The lines contain hashes of ids, no ids. Protect them like the database all the same,
since a guess can be checked against them. \`erasures apply\` reads the lines, not the
array.

Example:
  $ leadsource erasures list > /backups/erasures-$(date +%F).ndjson`,
    )
    .action((options: { json?: true }) => list(surroundings, options));
}

function addApply(parent: Command, surroundings: Surroundings): void {
  parent
    .command('apply')
    .description(
      'erase customers again whom a restored PostgreSQL database has brought back, while the service is stopped',
    )
    .argument('<file>', 'what `erasures list` printed before the database was restored')
    .option('--json', 'print what was done as JSON')
    .addHelpText(
      'after',
      `
Run it after pg_restore, before the service starts: it would show these customers, and a
new one who came under an erased id meanwhile would be erased as well. Erasures that the
database knows are not repeated. A database file needs no command: the service does this
when it starts, by the file beside it that ends with .erasures.

Example:
  $ leadsource erasures apply /backups/erasures-2026-11-23.ndjson`,
    )
    .action((file: string, options: { json?: true }) => apply(surroundings, file, options));
}

async function list(surroundings: Surroundings, { json }: { json?: true }): Promise<void> {
  const { out } = surroundings;
  await withSession(surroundings, async ({ context }) => {
    const documents: unknown[] = [];
    for await (const erasure of createErasureOperations(context).list()) {
      if (json !== true) out(erasureLine(erasure));
      else documents.push({ ...erasure, erasedTime: formatInstant(erasure.erasedTime) });
    }
    if (json === true) out(jsonText(documents));
  });
}

async function apply(surroundings: Surroundings, file: string, { json }: { json?: true }): Promise<void> {
  const { database } = readConfig(surroundings.environment);
  if (database.engine === 'sqlite') {
    throw new Error(`Add the lines to ${database.path}.erasures: the service applies them when it starts.`);
  }
  const logged = readLines(file);
  const applied = await withSession(surroundings, ({ context }) =>
    createErasureOperations(context).apply(logged),
  );
  const { erasures, customers } = applied;
  surroundings.out(
    json === true ? jsonText(applied) : `Erasures repeated: ${erasures}. Customers erased: ${customers}.\n`,
  );
}

function readLines(file: string): readonly LoggedErasure[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines
    .map((line, place) => ({ line, number: place + 1 }))
    .filter(({ line }) => line !== '')
    .map(({ line, number }) => {
      try {
        return parseErasureLine(line);
      } catch (cause) {
        throw new Error(`Line ${number} of ${file} is not an erasure.`, { cause });
      }
    });
}
