import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin, type UserConfig } from 'vite';

const sources = join(import.meta.dirname, 'src');

/**
 * Leaves in the client's table the operations that the page calls, so that a route it does not use changes nothing of what
 * is built: the table of all is an object, out of which bundlers shake no member.
 */
function calledOperations(): Plugin {
  return {
    name: 'called-operations',
    transform(code, id) {
      if (!id.endsWith('client/src/generated/operations.ts')) return null;
      const called = new Set(
        readdirSync(sources, { recursive: true, encoding: 'utf8' })
          .filter((name) => /\.tsx?$/.test(name))
          .flatMap((name) => [...readFileSync(join(sources, name), 'utf8').matchAll(/\bclient\s*\.(\w+)/g)])
          .map(([, operation]) => operation),
      );
      const lines = code.split('\n').filter((line) => {
        const [, operation] = /^ {2}(\w+): '/.exec(line) ?? [];
        return operation === undefined || called.has(operation);
      });
      return { code: lines.join('\n'), map: null };
    },
  };
}

/** How the page is built, into files that any server can serve under any path. */
export const configuration = {
  root: import.meta.dirname,
  base: './',
  logLevel: 'warn',
  plugins: [calledOperations()],
  build: {
    outDir: join(import.meta.dirname, 'dist'),
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
  },
} satisfies UserConfig;

export default defineConfig({
  ...configuration,
  server: {
    // While the page is being worked on, the service answers on its usual port.
    proxy: { '^/(?!src/|@|node_modules/|public/|$)[^.]*$': 'http://127.0.0.1:8080' },
  },
});
