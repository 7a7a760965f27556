import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Milliseconds of processor time that a process has used. */
export interface CpuTime {
  readonly mainThread: number;
  /** All its threads together. */
  readonly whole: number;
}

/** Linux reports ticks of 10 ms, whatever its timer's frequency. */
const millisecondsPerTick = 10;

/** Indexes in the line that Linux writes about a process, counted after its name. */
const places = { parent: 1, user: 11, system: 12, endedChildrenUser: 13, endedChildrenSystem: 14 } as const;

/** As Linux counts it; NaN on other systems. */
export function cpuTimeOf(processId: number): CpuTime {
  return {
    mainThread: timeIn(`/proc/${processId}/task/${processId}/stat`),
    whole: timeIn(`/proc/${processId}/stat`),
  };
}

/** Milliseconds that a process and its children have used, including children that ended; NaN where it cannot be known. */
export function cpuTimeOfFamily(processId: number): number {
  const parent = statusOf(`/proc/${processId}/stat`);
  if (parent === null) return Number.NaN;
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statusOf(`/proc/${name}/stat`))
    .filter((status) => status?.[places.parent] === processId);
  const ticks = [parent, ...children].map((status) => sumOf(status, [places.user, places.system]));
  const ended = sumOf(parent, [places.endedChildrenUser, places.endedChildrenSystem]);
  return ticks.reduce((sum, each) => sum + each, ended) * millisecondsPerTick;
}

/** MiB of memory that a process holds, as Linux counts it; NaN on other systems. */
export function residentMemoryOf(processId: number): number {
  const path = `/proc/${processId}/status`;
  if (!existsSync(path)) return Number.NaN;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? Number.NaN) / 1024;
}

function timeIn(path: string): number {
  const status = statusOf(path);
  return status === null ? Number.NaN : sumOf(status, [places.user, places.system]) * millisecondsPerTick;
}

/** What Linux writes about a process, after its name; null where there is no such process. */
function statusOf(path: string): readonly number[] | null {
  try {
    // The program's name is in brackets and may contain spaces.
    return readFileSync(path, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')
      .map(Number);
  } catch {
    return null;
  }
}

function sumOf(status: readonly number[] | null | undefined, wanted: readonly number[]): number {
  return wanted.reduce((sum, place) => sum + (status?.[place] ?? 0), 0);
}
