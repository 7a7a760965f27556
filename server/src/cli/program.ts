import { Command } from 'commander';
import { version } from '../version.ts';
import { addApiKeyCommands } from './api-key.ts';
import { addBackupCommand } from './backup.ts';
import { addDemoCommand } from './demo.ts';
import { addDistributeCommand } from './distribute.ts';
import { addDoctorCommand } from './doctor.ts';
import { addErasureCommands } from './erasure.ts';
import { addExportCommand } from './export.ts';
import { type ExitCode, exitCodes, explain } from './faults.ts';
import { addImportCommand } from './import.ts';
import { addMigrateToCommand } from './migrate-to.ts';
import { addOfflineConversionsCommand } from './offline-conversion.ts';
import { addOrganizationCommands } from './organization.ts';
import { addReportCommands } from './report.ts';
import { addRestoreCommand } from './restore.ts';
import { addServeCommand } from './serve.ts';
import { addSettingsCommand } from './settings.ts';
import type { Surroundings } from './surroundings.ts';
import { addTokenCommands } from './token.ts';

/** Executes a command line (without the program's own name), and returns the code to exit with. Never fails. */
export async function run(words: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    await createProgram(surroundings).parseAsync(words, { from: 'user' });
    return exitCodes.ok;
  } catch (error) {
    const { lines, exitCode } = explain(error);
    for (const line of lines) surroundings.err(`leadsource: ${line}\n`);
    return exitCode;
  }
}

/** Every command, with its options and help. */
export function createProgram(surroundings: Surroundings): Command {
  const program = new Command('leadsource')
    .description('The self-hosted system of record for where customers came from.')
    .version(version, '--version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: surroundings.out,
      writeErr: surroundings.err,
      outputError: (text, write) => write(`leadsource: ${usageLine(text)}\n`),
    })
    .addHelpText('after', programHelp);
  addServeCommand(program, surroundings);
  addDemoCommand(program, surroundings);
  addApiKeyCommands(program, surroundings);
  addOrganizationCommands(program, surroundings);
  addTokenCommands(program, surroundings);
  addDistributeCommand(program, surroundings);
  addImportCommand(program, surroundings);
  addExportCommand(program, surroundings);
  addReportCommands(program, surroundings);
  addOfflineConversionsCommand(program, surroundings);
  addSettingsCommand(program, surroundings);
  addDoctorCommand(program, surroundings);
  addBackupCommand(program, surroundings);
  addRestoreCommand(program, surroundings);
  addErasureCommands(program, surroundings);
  addMigrateToCommand(program, surroundings);
  return program;
}

const programHelp = `
Commands read the same environment as the service: DATABASE_URL and the others that
\`leadsource settings\` shows. They work beside a running service, except for restore,
migrate-to, import --restore, distribute and erasures apply: stop it before these.
Answers go to standard output (as JSON with --json), everything else to standard error.

Exit codes:
  0  done
  1  failed, with a line for each reason
  2  not understood
  3  done, except for a part of the input that was refused, with reasons

Examples:
  $ leadsource serve
  $ leadsource key create --description Billing --acl lead-sources:write
  $ leadsource organization create --name "Second shop"
  $ DATABASE_URL=sqlite:/data/leadsource.db leadsource key list --json`;

/** The argument parser's message as one line, without its own prefix. */
function usageLine(text: string): string {
  return text
    .replace(/^error: /, '')
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ');
}
