import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/cli/faults.ts';
import { commands, namesOfStopping } from '../support/commands.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/cli.md'), 'utf8');

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

  test('is right that every command has --json', () => {
    expect(page.replaceAll(/\s+/g, ' ')).toContain('Every command has `--json`');
    const without = commands.filter(
      ({ command }) => !command.options.some(({ flags }) => flags === '--json'),
    );
    expect(without.map(({ name }) => name)).toEqual([]);
  });

  test('names every command that needs the service to be stopped, and says so of each', () => {
    expect(namesOfStopping).toEqual(['distribute', 'restore', 'erasures apply', 'migrate-to']);
    const [, named = ''] = page.replaceAll(/\s+/g, ' ').match(/except for (.*?): stop the service/) ?? [];
    for (const name of namesOfStopping) {
      expect(named).toContain(`\`${name}\``);
      expect(sectionOf(`leadsource ${name}`)).toMatch(
        /while the service is stopped|before the service starts/,
      );
    }
  });

  test('has every code that a command ends with', () => {
    const [, table = ''] = page.split('| ends with | meaning |');
    const told = [...(table.split('\n\n')[0] ?? '').matchAll(/^\| (\d+) \|/gm)].map(([, code]) =>
      Number(code),
    );
    expect(told).toEqual(Object.values(exitCodes));
  });
});
