import { existsSync, readFileSync } from 'node:fs';

/** Milliseconds of processor time that a process has used. */
export interface CpuTime {
  readonly mainThread: number;
  /** All its threads together. */
  readonly whole: number;
}

/** Linux counts in ticks of 10 ms, whatever its timer's frequency. */
const millisecondsPerTick = 10;

/** As Linux counts it; NaN on other systems. */
export function cpuTimeOf(processId: number): CpuTime {
  return {
    mainThread: timeIn(`/proc/${processId}/task/${processId}/stat`),
    whole: timeIn(`/proc/${processId}/stat`),
  };
}

/** MiB of memory that a process holds, as Linux counts it; NaN on other systems. */
export function residentMemoryOf(processId: number): number {
  const path = `/proc/${processId}/status`;
  if (!existsSync(path)) return Number.NaN;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? Number.NaN) / 1024;
}

function timeIn(path: string): number {
  if (!existsSync(path)) return Number.NaN;
  // The name of the program stands in brackets and may hold spaces; user and system time are the 12th and 13th after it.
  const fields = readFileSync(path, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) * millisecondsPerTick;
}
