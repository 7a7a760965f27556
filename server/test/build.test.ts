import { isAscii } from 'node:buffer';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { builtDirectory } from '../build.ts';
import { entry, startProcess } from './support/served.ts';

/** Says of each program whether Node reads it. */
const sayingWhatIsRead = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    load(url, context, next) {
      if (/\\/(main|writer)\\.[jt]s$/.test(url)) process.stderr.write(url.slice(url.lastIndexOf('/server/')) + '\\n');
      return next(url, context);
    },
  });
`)}`;

describe('the service that is built', () => {
  test('is what `leadsource` runs, its threads too', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'leadsource-build-'));
    const started = startProcess(['serve', '--json'], {
      PORT: '0',
      DATABASE_URL: `sqlite:${join(directory, 'x.db')}`,
      NODE_OPTIONS: `--import=${sayingWhatIsRead}`,
    });
    try {
      await started.until('}');
      expect(started.said.err.trim().split('\n').toSorted()).toEqual([
        '/server/dist/main.js',
        '/server/dist/writer.js',
      ]);
    } finally {
      await started[Symbol.asyncDispose]();
      await rm(directory, { recursive: true });
    }
  });

  test('has no character that makes Node keep a file as text of twice the size', async () => {
    const programs = (await readdir(builtDirectory)).filter((name) => name.endsWith('.js'));
    expect(programs).toContain('main.js');
    const contents = await Promise.all(programs.map((name) => readFile(join(builtDirectory, name))));
    expect(programs.filter((_, place) => !isAscii(contents[place] ?? Buffer.of()))).toEqual([]);
  });
});

describe('which program `leadsource` runs', () => {
  let directory = '';

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'leadsource-build-'));
    await mkdir(join(directory, 'server/src/cli'), { recursive: true });
    await mkdir(join(directory, 'server/dist'));
    await copyFile(entry, join(directory, 'server/src/cli/leadsource.js'));
    await writeFile(join(directory, 'server/package.json'), '{ "type": "module" }');
    await writeFile(source(), `console.log('sources' as string);`);
    await writeFile(join(directory, 'server/dist/main.js'), `console.log('built');`);
    const { mtimeMs, size } = await stat(source());
    await stamp([['src/cli/main.ts', mtimeMs, size]]);
  });

  afterEach(() => rm(directory, { recursive: true }));

  const source = () => join(directory, 'server/src/cli/main.ts');
  const stamp = (stamps: unknown) =>
    writeFile(join(directory, 'server/dist/sources.json'), JSON.stringify(stamps));

  async function program(): Promise<string> {
    await using started = startProcess([], {}, join(directory, 'server/src/cli/leadsource.js'));
    expect(await started.exited).toBe(0);
    return started.said.out.trim();
  }

  test('is the one that is built while its sources are as they were', async () => {
    expect(await program()).toBe('built');
  });

  test('is the one that is built where an image has kept their times to the second', async () => {
    await utimes(source(), 1, 1_700_000_000.6);
    const { mtimeMs, size } = await stat(source());
    await stamp([['src/cli/main.ts', mtimeMs, size]]);
    await utimes(source(), 1, 1_700_000_000);
    expect(await program()).toBe('built');
    await utimes(source(), 1, 1_700_000_001);
    expect(await program()).toBe('sources');
  });

  test.each([
    ['one of them has another time', () => utimes(source(), 1, 1)],
    ['one of them is longer', () => writeFile(source(), `console.log('sources' as string); `)],
    ['one of them is gone', () => stamp([['src/cli/gone.ts', 1, 1]])],
    ['nothing was built', () => rm(join(directory, 'server/dist'), { recursive: true })],
    ['it was not built to the end', () => rm(join(directory, 'server/dist/sources.json'))],
  ])('is the sources where %s', async (_, change) => {
    await change();
    expect(await program()).toBe('sources');
  });
});
