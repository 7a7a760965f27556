import { CommanderError } from 'commander';
import { ConfigError } from '../config.ts';
import { Failure } from '../domain/failure.ts';

/** What the program's exit codes mean. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, incomplete: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** The command was given in a way that cannot be executed. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Everything possible was done, but some of the input was refused; the user has been told. */
export class Incomplete extends Error {
  override readonly name = 'Incomplete';
}

/** Something is wrong, and the user has been told. */
export class Unfit extends Error {
  override readonly name = 'Unfit';
}

const systemErrors: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program already listens there (choose another place with PORT and HOST)',
  EADDRNOTAVAIL: 'HOST is not an address of this machine',
  EACCES: 'this user is not permitted to',
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  ENOTFOUND: 'the name cannot be resolved',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
};

/** An error as lines for a person, and the code to exit with; no lines if the user has been told already. */
export function explain(error: unknown): { readonly lines: readonly string[]; readonly exitCode: ExitCode } {
  if (error instanceof CommanderError) {
    return { lines: [], exitCode: error.exitCode === 0 ? exitCodes.ok : exitCodes.usage };
  }
  if (error instanceof Unfit) return { lines: [], exitCode: exitCodes.failed };
  if (error instanceof Incomplete) return { lines: [], exitCode: exitCodes.incomplete };
  if (error instanceof UsageError) return { lines: [error.message], exitCode: exitCodes.usage };
  if (error instanceof ConfigError) return { lines: error.faults, exitCode: exitCodes.failed };
  if (error instanceof Failure && error.invalidFields.length > 0) {
    const lines = error.invalidFields.map(({ field, message }) => `${field}: ${message}`);
    return { lines, exitCode: exitCodes.usage };
  }
  return { lines: [describe(error)], exitCode: exitCodes.failed };
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return onOneLine(String(error));
  const meaning = 'code' in error ? systemErrors[String(error.code)] : undefined;
  const message = onOneLine(error.message);
  return meaning === undefined ? message : `${message}: ${meaning}.`;
}

function onOneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
