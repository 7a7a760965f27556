import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/cli/faults.ts';
import { createProgram } from '../../src/cli/program.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8');
const program = createProgram({
  environment: {},
  out: () => undefined,
  err: () => undefined,
  now: () => 0,
  random: (byteCount) => new Uint8Array(byteCount),
});

interface Documented {
  readonly name: string;
  readonly command: Command;
}

function commandsOf(parent: Command, path: string): readonly Documented[] {
  return parent.commands.flatMap((command) => {
    const name = `${path} ${command.name()}`;
    return command.commands.length > 0 ? commandsOf(command, name) : [{ name, command }];
  });
}

const commands = commandsOf(program, 'leadsource');

/** The part of the page about a command; empty where there is none. */
function sectionOf(name: string): string {
  const [, section = ''] = page.split(new RegExp(`^### \`${name}(?: [<[][^\`]*)?\`$`, 'm'));
  return section.split(/^##/m)[0] ?? '';
}

describe('docs/cli.md', () => {
  test('has commands to tell of', () => {
    expect(commands.length).toBeGreaterThan(10);
    const told = [...page.matchAll(/^### `(leadsource[a-z -]*?)(?: [<[][^`]*)?`$/gm)].map(([, name]) => name);
    expect(told.toSorted()).toEqual(commands.map(({ name }) => name).toSorted());
  });

  test.each(commands)('has every option of $name', ({ name, command }) => {
    const told = [...sectionOf(name).matchAll(/^\| `([^`]+)` \|/gm)].map(([, flags]) => flags);
    expect(told).toEqual(command.options.map(({ flags }) => flags));
  });

  test('has every code that a command ends with', () => {
    const [, table = ''] = page.split('| ends with | meaning |');
    const told = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| (\d+) \|/gm)].map(([, code]) =>
      Number(code),
    );
    expect(told).toEqual(Object.values(exitCodes));
  });
});
