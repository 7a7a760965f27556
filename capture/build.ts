import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'rolldown';
import { minify } from 'terser';

/** The file that the service serves. It is committed, so that starting the service builds nothing. */
export const builtFile = join(import.meta.dirname, 'dist/capture.js');

/** The script as one file, for every browser since 2021. The same sources always give the same bytes. */
export async function buildCapture(): Promise<string> {
  const { output } = await build({
    input: join(import.meta.dirname, 'src/start.ts'),
    transform: { target: 'es2021' },
    // Contains any fault, whatever the page is like.
    output: { format: 'esm', minify: true, topLevelVar: true, intro: '(()=>{try{', outro: '}catch{}})();' },
    write: false,
  });
  const { code = '' } = await minify(output[0].code, {
    ecma: 2020,
    compress: { passes: 4, pure_getters: true, unsafe_methods: true },
    format: { ascii_only: true },
  });
  return code;
}

if (import.meta.main) await writeFile(builtFile, await buildCapture());
