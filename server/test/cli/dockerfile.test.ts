import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig, settings } from '../../src/config.ts';
import { startProcess } from '../support/served.ts';

const root = join(import.meta.dirname, '../../..');
const text = readFileSync(join(root, 'Dockerfile'), 'utf8').replaceAll(/\\\n\s*/g, '');
const instructions = text.split('\n').map((line) => {
  const [, keyword = '', rest = ''] = /^([A-Z]+) (.*)$/.exec(line.trim()) ?? [];
  return { keyword, rest };
});

/** What the image takes from the checkout, by where it goes; of earlier stages only what they build of it. */
const copies = argumentsOf('COPY')
  .map((rest) => rest.replace('--from=build /app/', ''))
  .filter((rest) => !rest.startsWith('--from='))
  .flatMap((rest) => {
    const words = rest.split(' ');
    const target = words.at(-1) ?? '';
    return words.slice(0, -1).map((source) => ({ source, target }));
  });

const environment = Object.fromEntries(
  argumentsOf('ENV').flatMap((rest) => rest.split(' ').map((pair) => pair.split('=', 2))),
) as Record<string, string>;

describe('the container image', () => {
  test('copies only files that the checkout has', () => {
    expect(copies.length).toBeGreaterThan(0);
    expect(copies.filter(({ source }) => !existsSync(join(root, source)))).toEqual([]);
  });

  test('is offered all that it copies', () => {
    const patterns = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
    const offered = copies.filter(({ source }) => patterns.includes(`!${source.split('/')[0]}`));
    expect(offered).toEqual(copies);
  });

  test('installs from the lock file, with the description of every workspace beside it', () => {
    const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const sources = copies.map(({ source }) => source);
    const described = (workspaces as string[]).map((workspace) => `${workspace}/package.json`);
    expect(sources).toEqual(expect.arrayContaining(['package-lock.json', ...described]));
    expect(argumentsOf('RUN').filter((rest) => rest.startsWith('npm '))).toEqual([
      'npm ci --omit=dev --workspace server --ignore-scripts',
      'npm ci --ignore-scripts',
    ]);
  });

  test('runs on the Node that the lock file pins', () => {
    const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const versions = new Set(Object.values(optionalDependencies));
    expect(versions.size).toBe(1);
    const stages = argumentsOf('FROM').map((rest) => rest.split(' AS '));
    const own = new Set(stages.map(([, name]) => name));
    const bases = stages
      .filter(([base]) => !own.has(base))
      .map(([base]) => /^node:([\d.]+)-/.exec(base ?? '')?.[1]);
    expect(new Set(bases)).toEqual(versions);
  });

  test('sets nothing that the service would refuse, listens everywhere, and gives up its rights', () => {
    const names = Object.values(settings).map(({ name }): string => name);
    const own = Object.keys(environment).filter((name) => name !== 'NODE_ENV');
    expect(own.filter((name) => !names.includes(name))).toEqual([]);
    expect(readConfig(environment)).toMatchObject({
      host: '0.0.0.0',
      database: { engine: 'sqlite', path: '/data/leadsource.db' },
      drainSeconds: 5,
    });
    expect(argumentsOf('USER')).toEqual(['node']);
    expect(argumentsOf('VOLUME')).toEqual(['/data']);
    expect(argumentsOf('STOPSIGNAL')).toEqual(['SIGTERM']);
  });

  test('has the command that the greeting names, where npx looks first', () => {
    const directory = mkdtempSync(join(tmpdir(), 'leadsource-image-'));
    try {
      copyInto(directory);
      mkdirSync(join(directory, 'node_modules'));
      for (const name of readdirSync(join(root, 'node_modules')).filter((each) => each !== '.bin'))
        symlinkSync(join(root, 'node_modules', name), join(directory, 'node_modules', name));
      const linking = argumentsOf('RUN').find((rest) => rest.includes('node_modules/.bin')) ?? '';
      execFileSync('sh', ['-c', linking], { cwd: directory });
      const environment = { PATH: `${dirname(process.execPath)}${delimiter}${process.env['PATH']}` };
      const command = join(directory, 'node_modules/.bin/leadsource');
      expect(execFileSync(command, ['--help'], { env: environment, encoding: 'utf8' })).toContain(
        'leadsource key create',
      );
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  test('holds all that the service needs, finds it healthy, and finds it not once it is gone', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'leadsource-image-'));
    try {
      copyInto(directory);
      symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));
      const [command, file = '', ...words] = JSON.parse(argumentsOf('ENTRYPOINT').at(-1) ?? '') as string[];
      expect(command).toBe('node');
      const [serve = ''] = JSON.parse(argumentsOf('CMD').at(-1) ?? '') as string[];
      const place = { ...environment, PORT: '0', DATABASE_URL: `sqlite:${join(directory, 'data/x.db')}` };
      const entry = join(directory, file.replace(/^\/app\//, ''));
      await using service = startProcess([...words, serve], place, entry);
      await service.until('listens on');
      const port = /localhost:(\d+)/.exec(service.said.out)?.[1] ?? '';
      expect(await healthCheck(port)).toBe(0);
      service.child.kill('SIGKILL');
      await service.exited;
      expect(await healthCheck(port)).toBe(1);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

/** Puts what the image takes from the checkout where it takes it. */
function copyInto(directory: string): void {
  for (const { source, target } of copies) {
    const place = target.endsWith('/') ? join(target, source.split('/').at(-1) ?? '') : target;
    cpSync(join(root, source), join(directory, place), { recursive: true, preserveTimestamps: true });
  }
}

/** What the image's own health check exits with. */
async function healthCheck(port: string): Promise<number | null> {
  const [check = ''] = argumentsOf('HEALTHCHECK').map((rest) => rest.slice(rest.indexOf('CMD ') + 4));
  const [command, flag = '', script = ''] = JSON.parse(check) as string[];
  expect(command).toBe('node');
  await using started = startProcess([script], { PORT: port }, flag);
  return await started.exited;
}

function argumentsOf(keyword: string): readonly string[] {
  return instructions.filter((instruction) => instruction.keyword === keyword).map(({ rest }) => rest);
}
