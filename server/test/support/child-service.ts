import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { testOrganizationId, testSecretKey } from './service.ts';

export interface Ending {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly databasePath: string;
  /** Over those of tests: a free port, a known key, no limits, no log. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What to run instead of the service. */
  readonly entry?: string;
  /** A command that runs the rest of the line, such as one that sets limits. */
  readonly wrapper?: readonly string[];
}

const serviceEntry = fileURLToPath(new URL('../../src/cli/leadsource.js', import.meta.url));

/** The service as a process of its own, as an operator runs it. */
export class ChildService implements AsyncDisposable {
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;
  #stdout = '';
  #stderr = '';

  constructor({ databasePath, settings = {}, entry = serviceEntry, wrapper = [] }: ChildOptions) {
    const [program = '', ...rest] = [...wrapper, process.execPath, entry, 'serve'];
    this.#child = spawn(program, rest, {
      // Nothing of this process's own settings, which the service might not know.
      env: {
        PATH: process.env['PATH'],
        // Where it keeps it by itself: what is loaded before the service is read compiled, too.
        NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
        PORT: '0',
        DATABASE_URL: `sqlite:${databasePath}`,
        LEADSOURCE_ORGANIZATION_ID: testOrganizationId,
        LEADSOURCE_SECRET_KEY: testSecretKey,
        LEADSOURCE_RATE_LIMIT: 'off',
        LEADSOURCE_LOG_LEVEL: 'silent',
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child.stdout?.on('data', (text: Buffer) => {
      this.#stdout += text.toString();
    });
    this.#child.stderr?.on('data', (text: Buffer) => {
      this.#stderr += text.toString();
    });
    this.ended = once(this.#child, 'close').then(([code, signal]) => ({
      code,
      signal,
      stdout: this.#stdout,
      stderr: this.#stderr,
    }));
  }

  /** Where the process says that it listens. Fails where it ends first. */
  async url(): Promise<string> {
    for (;;) {
      const url = / listens on (http:\S+)/.exec(this.#stdout)?.[1];
      if (url !== undefined) return url;
      const said = this.#child.stdout === null ? this.ended : once(this.#child.stdout, 'data');
      const ending = await Promise.race([said.then(() => null), this.ended]);
      if (ending !== null) throw new Error(`The service ended with ${ending.code}: ${ending.stderr}`);
    }
  }

  /** Of the wrapper, where there is one. */
  get processId(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('The service could not be started.');
    return pid;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
