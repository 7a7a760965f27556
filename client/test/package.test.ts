import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { checkPackage, Package } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { rolldown } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestService } from '../../server/test/support/service.ts';
import { buildPackage } from '../scripts/package.ts';

const root = join(import.meta.dirname, '../..');
/** What an importer of each entry is sent. */
const largestBytes = { 'index.js': 6_000, 'capture/index.js': 2_700 };

let home: string;
let folder: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'leadsource-client-'));
  folder = join(home, 'node_modules/@leadsource/client');
  await mkdir(folder, { recursive: true });
  await buildPackage(folder);
});
afterAll(() => rm(home, { recursive: true }));

async function files(): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true });
  const read = names
    .filter((name) => /\.\w+$/.test(name))
    .map(async (name) => [name, await readFile(join(folder, name), 'utf8')]);
  return Object.fromEntries(await Promise.all(read));
}

describe('the package as it is published', () => {
  test('gives publint nothing to say', async () => {
    const { messages } = await publint({ pkgDir: folder, pack: false, strict: true });
    expect(messages).toEqual([]);
  });

  test('has the types that importers get, whatever resolves them to modules', async () => {
    const under = Object.entries(await files()).map(([name, text]) => [
      `/node_modules/@leadsource/client/${name}`,
      text,
    ]);
    const analysis = await checkPackage(
      new Package(Object.fromEntries(under), '@leadsource/client', '0.1.0'),
    );
    if (analysis.types === false) throw new Error('There are no types.');
    // It is made of ECMAScript modules alone, which Node has been able to require since 20.19.
    const modern = analysis.problems.filter(
      (problem) =>
        !('resolutionKind' in problem) || !['node10', 'node16-cjs'].includes(problem.resolutionKind),
    );
    expect(modern).toEqual([]);
  });

  test.each(Object.entries(largestBytes))(
    'has %s in at most %i bytes, compressed',
    async (entry, largest) => {
      const bundle = await rolldown({ input: join(folder, entry) });
      const { output } = await bundle.generate({ format: 'esm', minify: true });
      expect(output).toHaveLength(1);
      expect(output[0].imports).toEqual([]);
      expect(gzipSync(output[0].code).length).toBeLessThanOrEqual(largest);
    },
  );

  test('imports nothing but itself, and names nothing that one runtime alone has', async () => {
    const sources = Object.entries(await files()).filter(([name]) => name.endsWith('.js'));
    expect(sources.length).toBeGreaterThan(5);
    for (const [name, text] of sources) {
      const imported = [...text.matchAll(/(?:from|import)\s*\(?['"]([^'"]+)/g)].map(([, target]) => target);
      expect(
        imported.filter((target) => !target?.startsWith('./') && !target?.startsWith('../')),
        name,
      ).toEqual([]);
      expect(text, name).not.toMatch(
        /\b(?:process|Buffer|require|window|document|Deno|Bun|self|globalThis)\./,
      );
    }
    expect(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')).dependencies).toBeUndefined();
  });

  test.each([
    ['in Node', { lib: ['es2024'], types: ['node'], module: 'nodenext', moduleResolution: 'nodenext' }],
    ['in a browser', { lib: ['es2022', 'dom'], types: [], module: 'esnext', moduleResolution: 'bundler' }],
    [
      'in a worker',
      { lib: ['es2022', 'webworker'], types: [], module: 'esnext', moduleResolution: 'bundler' },
    ],
  ])('compiles for a caller %s, who is told of a wrong word', async (_, options) => {
    const right = `import { createClient, type SignedMessage } from '@leadsource/client';
      import { type CaptureOptions } from '@leadsource/client/capture';
      const client = createClient({ url: 'http://localhost:8080', secretKey: undefined });
      const source: string | null = (await client.getCustomerLeadSource({ id: 'a' })).source;
      for await (const { id } of client.getCustomerCollection({ limit: undefined })) id.at(0);
      const unset: CaptureOptions = { url: '', key: '', origin: '', domain: undefined, consent: undefined, onLost: undefined,
        mostAtOnce: undefined, mostWaiting: undefined, timeoutMilliseconds: undefined, fetch: undefined };
      const message: SignedMessage = { body: '', headers: {}, secret: '', now: undefined, toleranceSeconds: undefined };
      export { message, source, unset };`;
    const typeRoots = [join(root, 'node_modules/@types')];
    const compilerOptions = {
      ...options,
      typeRoots,
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      target: 'es2022',
      skipLibCheck: false,
    };
    const callers = {
      'right.ts': right,
      'sauce.ts': right.replace('.source;', '.sauce;'),
      'nobody.ts': right.replace("{ id: 'a' }", '{}'),
    };
    const files = Object.keys(callers);
    await writeFile(join(home, 'package.json'), '{"type": "module"}');
    await writeFile(join(home, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    await Promise.all(Object.entries(callers).map(([name, text]) => writeFile(join(home, name), text)));
    const compiler = join(root, 'node_modules/.bin/tsc');
    const compiled = promisify(execFile)(compiler, ['-p', home, '--pretty', 'false'], { cwd: home });
    const { stdout } = await compiled.catch((failure: { readonly stdout: string }) => failure);
    // What explains a fault stands behind it, further in.
    const faults = stdout.split('\n').filter((line) => /^\S/.test(line));
    expect(faults.toSorted()).toEqual([
      expect.stringMatching(/^nobody\.ts\(.*'id' is missing/),
      expect.stringMatching(/^sauce\.ts\(.*'sauce' does not exist/),
    ]);
  });

  test('works from where it is installed', async () => {
    await using service = await startTestService();
    const script = `import { createClient } from '@leadsource/client';
      const client = createClient(${JSON.stringify({ url: service.url, secretKey: service.secretKey })});
      console.log((await client.putCustomerLeadSource({ id: 'cus_installed', body: { source: 'npm' } })).source);`;
    const words = ['--no-experimental-strip-types', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: home });
    expect(stdout).toBe('npm\n');
  });
});
