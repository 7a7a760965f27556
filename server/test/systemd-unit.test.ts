import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { blocksOf } from './support/doc-blocks.ts';

const root = join(import.meta.dirname, '../..');
const page = 'docs/operate/README.md';
const [unit, ...others] = blocksOf(page).filter(({ language }) => language === 'ini');
const lines = (unit?.code ?? '').split('\n');
const settingOf = (name: string): string =>
  lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1) ?? '';

describe('the unit of systemd on the page for operators', () => {
  test('is one, of sections and settings alone', () => {
    expect(others).toEqual([]);
    expect(lines.filter((line) => !/^$|^\[\w+\]$|^\w+=[^%]+$/.test(line))).toEqual([]);
  });

  test('starts the service with its full path', () => {
    const installation = settingOf('WorkingDirectory');
    const [program = '', ...words] = settingOf('ExecStart')
      .replaceAll(`${installation}/`, `${root}/`)
      .split(' ');
    const said = execFileSync(program, [...words, '--help'], { cwd: '/', encoding: 'utf8' });
    expect(said).toContain('leadsource serve');
    expect(words.at(-1)).toBe('serve');
  });

  test('says no setting to others, keeps its database where its user may write, and lets Node compile', () => {
    expect(settingOf('Environment')).toBe('');
    expect(settingOf('EnvironmentFile')).toBe('/etc/leadsource.env');
    const [, url = ''] = /`DATABASE_URL='(sqlite:[^']+)'`/.exec(readFileSync(join(root, page), 'utf8')) ?? [];
    const directory = `/var/lib/${settingOf('StateDirectory')}/`;
    expect(url.slice('sqlite:'.length).startsWith(directory)).toBe(true);
    expect(settingOf('MemoryDenyWriteExecute')).toBe('');
  });
});
