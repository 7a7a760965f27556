import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { Environment } from '../../src/config.ts';

export const entry = join(import.meta.dirname, '../../src/cli/leadsource.js');

/** A process of the command line, as an operator starts it. */
export interface Started extends AsyncDisposable {
  readonly child: ChildProcessByStdio<null, Readable, Readable>;
  /** All that has been said so far. */
  readonly said: { out: string; err: string };
  /** Resolves once standard output holds this; fails where the process ends before. */
  until(part: string): Promise<void>;
  /** The code it exits with. */
  readonly exited: Promise<number | null>;
}

/** Starts the entry file with words and nothing in its environment but these settings. */
export function startProcess(words: readonly string[], environment: Environment, file = entry): Started {
  const child = spawn(process.execPath, [file, ...words], {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return {
    child,
    said,
    exited,
    async until(part) {
      while (!said.out.includes(part)) {
        const ended = await Promise.race([
          exited.then(() => true),
          once(child.stdout, 'data').then(() => false),
        ]);
        if (ended && !said.out.includes(part))
          throw new Error(`It ended before it said ${part}: ${said.err}`);
      }
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null) child.kill('SIGKILL');
      await exited;
    },
  };
}
