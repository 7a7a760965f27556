import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OutputChunk, Plugin } from 'rolldown';

const sourceDirectory = join(import.meta.dirname, 'src');

/** Where `leadsource.js` looks for what is built. It is made anew by every installation, and not kept in the repository. */
export const builtDirectory = join(import.meta.dirname, 'dist');

/** Looked at once a start: a module that is not listed cannot be reached but through one that is, which must change for it. */
const stampFile = 'sources.json';

/** These look for files beside their own. */
const leftAlone = /^@fastify\/swagger|^@leadsource\/(?:capture|dashboard)/;

/**
 * Go together where several parts share them, rather than in a file for each way in which they are shared: each of a process's
 * threads reads them anew. What most processes never use stays by itself.
 */
const groups = [
  { name: 'domain', test: /server.src.domain.(?!lists)/ },
  { name: 'storage', test: /server.src.storage.(?!postgres|transfer)|node_modules.kysely/ },
];

/** A thread's program is named by the file it is in. */
const threadProgram = /(?<=new Worker\(\s*)new URL\('(\.\/[\w-]+)\.ts', import\.meta\.url\)/g;

/**
 * `npm run build`: makes few files of the service's modules and of the packages they import. Node reads one large file in
 * a fraction of the time that it takes for hundreds, in each thread. `replaced` names modules to be taken instead of others.
 */
export async function buildService(
  directory: string = builtDirectory,
  replaced: ReadonlyMap<string, string> = new Map(),
): Promise<void> {
  const { rolldown } = await import('rolldown');
  await using bundle = await rolldown({
    input: { main: join(sourceDirectory, 'cli/main.ts') },
    platform: 'node',
    external: leftAlone,
    plugins: [replacing(replaced), withThreads, withPlainHttp],
    logLevel: 'silent',
  });
  await rm(join(directory, stampFile), { force: true });
  const { output } = await bundle.write({
    dir: directory,
    // A single character beyond ASCII makes Node keep a whole file as text of twice the size, which takes longer to read.
    charset: 'ascii',
    comments: false,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups: groups.map((group) => ({ ...group, minShareCount: 3 })) },
  });
  const written = new Set(output.map(({ fileName }) => fileName));
  for (const name of await readdir(directory)) if (!written.has(name)) await rm(join(directory, name));
  const chunks = output.filter((file): file is OutputChunk => file.type === 'chunk');
  await writeStamps(
    directory,
    chunks.flatMap(({ moduleIds }) => moduleIds),
  );
}

/** So that a service built of other sources than there are is never run. */
async function writeStamps(directory: string, modules: readonly string[]): Promise<void> {
  const root = join(import.meta.dirname, '..');
  const own = modules.filter((file) => file.startsWith(root) && !file.includes('node_modules'));
  const stamps = await Promise.all(
    [...own, join(root, 'package-lock.json')].map(async (file) => {
      const { mtimeMs, size } = await stat(file);
      return [relative(import.meta.dirname, file), mtimeMs, size];
    }),
  );
  await writeFile(join(directory, stampFile), JSON.stringify(stamps.sort()));
}

/** Builds the programs of threads, too, and lets them be started where they are built. */
const withThreads: Plugin = {
  name: 'threads',
  transform(code, id) {
    return code.replace(threadProgram, (_, path: string) => {
      const name = basename(path);
      this.emitFile({ type: 'chunk', id: `${resolve(dirname(id), path)}.ts`, name, fileName: `${name}.js` });
      return `new URL('./${name}.js', import.meta.url)`;
    });
  },
};

const plainHttp = '\0plain-http';

/**
 * Takes Node's HTTP module as `require` would. To import it looks at every export, one of which is the client of WebSockets:
 * Node then loads all of `fetch`, too, which takes as long as a twelfth of a start.
 */
const withPlainHttp: Plugin = {
  name: 'plain-http',
  resolveId: (specifier, _importer, { kind }) =>
    kind === 'import-statement' && /^(?:node:)?http$/.test(specifier) ? plainHttp : undefined,
  load: (id) => (id === plainHttp ? "module.exports = process.getBuiltinModule('node:http');" : undefined),
};

/** Lets code that is run from its sources start threads that are built of the same ones. */
export const withBuiltThreads = {
  name: 'built-threads',
  enforce: 'pre',
  transform: (code: string) =>
    code.replace(threadProgram, (_, path: string) => {
      const program = pathToFileURL(join(builtDirectory, `${basename(path)}.js`));
      return `new URL('${program.href}')`;
    }),
} as const;

function replacing(replaced: ReadonlyMap<string, string>): Plugin {
  return {
    name: 'replacing',
    async resolveId(specifier, importer, options) {
      const found = await this.resolve(specifier, importer, { ...options, skipSelf: true });
      const other = found === null ? undefined : replaced.get(found.id);
      // It may be made of the one that it replaces.
      return other === undefined || other === importer ? found : { id: other };
    },
  };
}

/** As by `npm ci --omit=dev`, and by `--omit=optional`, which leaves out the part of the bundler that is native. */
function isLackOfBundler(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_MODULE_NOT_FOUND' || message.startsWith('Cannot find native binding');
}

if (import.meta.main) {
  try {
    await buildService();
  } catch (error) {
    if (!isLackOfBundler(error)) throw error;
    process.stderr.write(
      'No bundler is installed: the service runs from its sources, and starts more slowly.\n',
    );
    process.exitCode = 1;
  }
}
