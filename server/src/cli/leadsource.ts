#!/usr/bin/env node
import { randomBytes } from 'node:crypto';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// A third of a start goes into reading the source, and so does some of the memory. What was read is kept where other
// users of the machine cannot write; where we cannot either, the start merely takes longer. The variable is for the
// threads, and what is to be kept must be imported after this.
const compiled = join(import.meta.dirname, '../../../node_modules/.cache/leadsource');
enableCompileCache(compiled);
process.env['NODE_COMPILE_CACHE'] ??= compiled;
const { currentEnvironment } = await import('../config.ts');
const { run } = await import('./program.ts');

// A reader that has seen enough, such as `head`, closes the pipe.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

process.exitCode = await run(process.argv.slice(2), {
  environment: currentEnvironment(),
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
  now: Date.now,
  random: (byteCount) => randomBytes(byteCount),
});
