import type { Command } from 'commander';
import { createProgram } from '../../src/cli/program.ts';

/** A command that can be given, by all of its words. */
export interface NamedCommand {
  readonly name: string;
  readonly command: Command;
}

const program = createProgram({
  environment: {},
  out: () => undefined,
  err: () => undefined,
  now: () => 0,
  random: (byteCount) => new Uint8Array(byteCount),
});

function commandsOf(parent: Command, path: string): readonly NamedCommand[] {
  return parent.commands.flatMap((command) => {
    const name = `${path} ${command.name()}`;
    return command.commands.length > 0 ? commandsOf(command, name) : [{ name, command }];
  });
}

/** All that the program has. */
export const commands = commandsOf(program, 'leadsource');

/** The commands, without the program's name, that need the service to be stopped. */
export const namesOfStopping: readonly string[] = commands
  .filter(({ command }) => command.description().includes('while the service is stopped'))
  .map(({ name }) => name.replace('leadsource ', ''));
