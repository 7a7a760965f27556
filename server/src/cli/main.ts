import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, fstatSync, readdirSync, writeFileSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { currentEnvironment } from '../config.ts';
import { run } from './program.ts';

let hasReader = true;
onReaderGone(process.stdout, () => {
  hasReader = false;
});
// What is under way does not depend on whether somebody follows it.
onReaderGone(process.stderr, () => undefined);

process.exitCode = await run(process.argv.slice(2), {
  environment: currentEnvironment(),
  out: fstatSync(process.stdout.fd).isFile() ? writeWhole : (text) => process.stdout.write(text),
  isTaken,
  err: (text) => process.stderr.write(text),
  now: Date.now,
  random: (byteCount) => randomBytes(byteCount),
  giveWay,
  ...(process.stderr.isTTY && { terminal: process.stderr }),
});

/** A reader that has seen enough, such as `head`, closes the pipe. */
function onReaderGone(stream: NodeJS.WriteStream, gone: () => void): void {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    gone();
  });
}

/** The stream for a file ignores how much of a text a nearly full disk took. */
function writeWhole(text: string): void {
  writeFileSync(process.stdout.fd, text);
}

/** A pipe takes more than its reader does, and would keep all of it in memory. */
async function isTaken(): Promise<boolean> {
  // An error is dealt with above.
  if (hasReader && process.stdout.writableNeedDrain) {
    await once(process.stdout, 'drain').catch(() => undefined);
  }
  return hasReader;
}

/** On Linux, priorities belong to threads, and those of the engine exist already. */
const threads = '/proc/self/task';

function giveWay(): void {
  try {
    const all = existsSync(threads) ? readdirSync(threads).map(Number) : [process.pid];
    for (const each of all) setPriority(each, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // If that is forbidden, the command does the same work with worse manners.
  }
}
