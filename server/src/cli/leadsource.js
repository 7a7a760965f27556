#!/usr/bin/env node
// JavaScript, so that the TypeScript loaded after it comes compiled from the cache: a third of a start, and some memory, goes
// into reading the sources. The cache is where other users of the machine cannot write; if we cannot either, the start merely
// takes longer. The variable is for the threads.
import { readFileSync, statSync } from 'node:fs';
import * as module from 'node:module';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 24 || (major === 24 && minor < 14)) {
  process.stderr.write(`leadsource: Node 24.14 or newer is needed, this is ${process.versions.node}.\n`);
  process.exit(1);
}
const server = `${import.meta.dirname}/../..`;
const compiled = process.env.NODE_COMPILE_CACHE ?? `${server}/../node_modules/.cache/leadsource`;
module.enableCompileCache(compiled);
process.env.NODE_COMPILE_CACHE = compiled;
await import(isBuilt() ? '../../dist/main.js' : './main.ts');

/** Whether the output of `npm run build` matches the sources as they are. It starts in half the time. */
function isBuilt() {
  try {
    const stamps = JSON.parse(readFileSync(`${server}/dist/sources.json`, 'utf8'));
    return stamps.every(([file, time, size]) => {
      const { mtimeMs, size: sizeNow } = statSync(`${server}/${file}`);
      // An image or archive keeps whole seconds alone.
      return (mtimeMs === time || mtimeMs === Math.floor(time / 1000) * 1000) && sizeNow === size;
    });
  } catch {
    return false;
  }
}
