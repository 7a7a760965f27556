import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { cpuTimeOf, cpuTimeOfFamily } from '../src/load/cpu-time.ts';

describe.runIf(existsSync('/proc/self/stat'))('processor time', () => {
  test('of a process and its children is no less than its own', () => {
    const own = cpuTimeOf(process.pid).whole;
    expect(own).toBeGreaterThan(0);
    expect(cpuTimeOfFamily(process.pid)).toBeGreaterThanOrEqual(own);
    expect(cpuTimeOfFamily(process.ppid)).toBeGreaterThanOrEqual(own);
  });

  test('of no process is not known', () => {
    expect(cpuTimeOf(2 ** 30).whole).toBeNaN();
    expect(cpuTimeOfFamily(2 ** 30)).toBeNaN();
  });
});
