import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { run } from '../../src/cli/program.ts';
import type { Environment } from '../../src/config.ts';

/** Executes commands of `leadsource` for shells, in this process, which has long loaded what each of them would load. */
export interface ShellCommands extends AsyncDisposable {
  /** What shells find it by. */
  readonly environment: Environment;
}

/**
 * A function `npx` for shells that find it. Others, and other programs than `leadsource`, run what is installed. It runs in the
 * directory of this process.
 */
export const npxOfShell = `
  npx() {
    if [ "$1" != leadsource ] || [ -z "\${SHELL_COMMANDS:-}" ]; then "$@"; return; fi
    local script
    script=$({ printf '%s\\0' "$#" "$@"; env -0; } | curl -sf --data-binary @- "$SHELL_COMMANDS") || return
    eval "$script"
  }
`;

export async function startShellCommands(): Promise<ShellCommands> {
  const server = createServer(async (request, response) => {
    response.end(await scriptOf(await text(request)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    environment: { SHELL_COMMANDS: `http://127.0.0.1:${port}` },
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
}

/** Executes a command, sent as its words and the shell's environment, and answers what says in a shell what it said. */
async function scriptOf(sent: string): Promise<string> {
  const [count = '0', ...rest] = sent.split('\0');
  const [, ...words] = rest.slice(0, Number(count));
  const settings = rest.slice(Number(count)).filter((setting) => setting !== '');
  let script = '';
  const exitCode = await run(words, {
    environment: Object.fromEntries(settings.map(nameAndValue)),
    out: (part) => {
      script += `printf %s ${quoted(part)}\n`;
    },
    err: (part) => {
      script += `printf %s ${quoted(part)} >&2\n`;
    },
    now: Date.now,
    random: (byteCount) => randomBytes(byteCount),
  });
  return `${script}return ${exitCode}\n`;
}

function nameAndValue(setting: string): readonly [name: string, value: string] {
  const end = setting.indexOf('=');
  return [setting.slice(0, end), setting.slice(end + 1)];
}

function quoted(part: string): string {
  return `'${part.replaceAll("'", String.raw`'\''`)}'`;
}
