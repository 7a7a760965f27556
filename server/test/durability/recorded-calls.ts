import { descriptorOf, readTrace, type SystemCall, textsOf } from '../support/strace.ts';
import type { DiskCall } from './disk.ts';

/** Something that happens to the disk, or an answer that begins to leave for a client. */
export type Moment = DiskCall | { readonly kind: 'answer'; readonly requestId: string };

/** All that can change files or their names, or send an answer. */
export const recordedCalls: readonly string[] = [
  ...['openat', 'open', 'creat', 'mkdir', 'mkdirat', 'unlink', 'unlinkat', 'rmdir', 'rename', 'renameat'],
  ...['renameat2', 'link', 'linkat', 'symlink', 'symlinkat', 'truncate', 'ftruncate', 'fallocate', 'msync'],
  ...[
    'copy_file_range',
    'sendfile',
    'write',
    'writev',
    'pwrite64',
    'pwritev',
    'pwritev2',
    'fsync',
    'fdatasync',
  ],
  ...['sync_file_range', 'sendto', 'sendmsg'],
];

type Reader = (call: SystemCall, path: string, secondPath: string) => DiskCall | readonly DiskCall[];

const sync: Reader = ({ begun, ended }, path) => ({ kind: 'sync', path, begun, ended });
const remove: Reader = ({ begun, ended }, path) => ({ kind: 'remove', path, begun, ended });
const link: Reader = ({ begun, ended }, from, path) => ({ kind: 'link', from, path, begun, ended });
const rename: Reader = ({ begun, ended }, from, path) => ({ kind: 'rename', from, path, begun, ended });

/** How each call on a file of the recording is read. One that has no place here may not occur. */
const readers: Readonly<Record<string, Reader>> = {
  fsync: sync,
  fdatasync: sync,
  unlink: remove,
  unlinkat: remove,
  link,
  linkat: link,
  rename,
  renameat: rename,
  renameat2: rename,
  mkdir: ({ begun, ended }, path) => ({ kind: 'make-directory', path, begun, ended }),
  openat: ({ begun, ended, given }, path) => [
    ...(given.includes('O_CREAT') ? [{ kind: 'create', path, begun, ended } as const] : []),
    ...(given.includes('O_TRUNC') ? [{ kind: 'truncate', path, size: 0, begun, ended } as const] : []),
  ],
  ftruncate: ({ begun, ended, given }, path) => {
    return { kind: 'truncate', path, size: lastNumberOf(given), begun, ended };
  },
  pwrite64: (call, path) => {
    const { begun, ended, given, result } = call;
    const [bytes = Buffer.alloc(0)] = textsOf(call);
    const written = bytes.subarray(0, result ?? bytes.length);
    return { kind: 'write', path, offset: lastNumberOf(given), bytes: written, begun, ended };
  },
};

/**
 * What a trace tells of the files below `directory` and of answers, each at its time: a change of the disk when its call
 * ends, an answer when its call begins. The name of the directory is left out of the paths. All of it happens after what
 * happened before `start`.
 */
export function momentsOf(trace: string, directory: string, start: number): readonly Moment[] {
  const timed: { at: number; moment: Moment }[] = [];
  for (const call of readTrace(trace, start)) {
    if (call.result !== null && call.result < 0) continue;
    const requestId = answeredBy(call);
    if (requestId !== null) timed.push({ at: call.begun, moment: { kind: 'answer', requestId } });
    for (const moment of diskCallsOf(call, directory)) timed.push({ at: call.ended, moment });
  }
  return timed.toSorted((one, other) => one.at - other.at).map(({ moment }) => moment);
}

function diskCallsOf(call: SystemCall, directory: string): readonly DiskCall[] {
  const [path, secondPath = ''] = pathsOf(call, directory);
  if (path === undefined) return [];
  const reader = readers[call.name];
  if (reader === undefined)
    throw new Error(`A recording knows no ${call.name}, which was called on ${path}.`);
  return [reader(call, path, secondPath)].flat();
}

/** The files below a directory that a call is about, without the name of the directory. */
export function pathsOf(call: SystemCall, directory: string): readonly string[] {
  return [descriptorOf(call), ...textsOf(call).map(String)]
    .filter((path) => path?.startsWith(`${directory}/`) === true)
    .map((path) => (path ?? '').slice(directory.length));
}

/** The id of the request that a call begins to answer; null where it does not. */
export function answeredBy(call: SystemCall): string | null {
  const [text] = textsOf(call);
  if (text?.subarray(0, 9).toString() !== 'HTTP/1.1 ') return null;
  return /\r\nx-request-id: (\S+)\r\n/.exec(text.toString('latin1'))?.[1] ?? null;
}

function lastNumberOf(given: string): number {
  const [, number] = /(\d+)$/.exec(given) ?? [];
  if (number === undefined) throw new Error(`There is no number at the end of ${given.slice(-50)}.`);
  return Number(number);
}
