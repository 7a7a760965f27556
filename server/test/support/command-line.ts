import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/cli/program.ts';
import type { Environment } from '../../src/config.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** The command line of an operator with a directory of their own, which goes with it. */
export interface CommandLine extends Disposable {
  readonly databaseUrl: string;
  run(...words: readonly string[]): Promise<Outcome>;
  /** With these settings over those of the rest. */
  runWith(environment: Environment, ...words: readonly string[]): Promise<Outcome>;
  /** What a command prints with `--json`; fails where it does not end well. */
  json(...words: readonly string[]): Promise<unknown>;
}

export const commandTime = Date.parse('2026-11-23T08:15:30.123Z');

/** On the database of a running service, or on a file that does not exist yet. */
export function commandLine(databaseUrl?: string): CommandLine {
  const directory = mkdtempSync(join(tmpdir(), 'leadsource-command-'));
  const url = databaseUrl ?? `sqlite:${join(directory, 'leadsource.db')}`;
  const runWith: CommandLine['runWith'] = async (environment, ...words) => {
    let [out, err] = ['', ''];
    const exitCode = await run(words, {
      environment: { DATABASE_URL: url, ...environment },
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      now: () => commandTime,
      random: (byteCount) => crypto.getRandomValues(new Uint8Array(byteCount)),
    });
    return { exitCode, out, err };
  };
  return {
    databaseUrl: url,
    runWith,
    run: (...words) => runWith({}, ...words),
    async json(...words) {
      const { exitCode, out, err } = await runWith({}, ...words, '--json');
      if (exitCode !== 0) throw new Error(err);
      return JSON.parse(out);
    },
    [Symbol.dispose]: () => rmSync(directory, { recursive: true }),
  };
}
