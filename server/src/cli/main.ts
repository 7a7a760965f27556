import { randomBytes } from 'node:crypto';
import { constants, setPriority } from 'node:os';
import { currentEnvironment } from '../config.ts';
import { run } from './program.ts';

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
  giveWay,
  ...(process.stderr.isTTY && { terminal: process.stderr }),
});

function giveWay(): void {
  try {
    setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Where that is forbidden, the command does the same with less manners.
  }
}
