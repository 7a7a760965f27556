#!/usr/bin/env node
// JavaScript, so that what is read of TypeScript after it comes compiled out of the cache: a third of a start goes into
// reading the source, and some of the memory. It is kept where other users of the machine cannot write; where we cannot
// either, the start merely takes longer. The variable is for the threads.
import * as module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 14)) {
  process.stderr.write(`leadsource: Node 24.14 or newer is needed, this is ${process.versions.node}.\n`);
  process.exit(1);
}
const compiled =
  process.env.NODE_COMPILE_CACHE ?? `${import.meta.dirname}/../../../node_modules/.cache/leadsource`;
module.enableCompileCache(compiled);
process.env.NODE_COMPILE_CACHE = compiled;
await import('./main.ts');
