import { cpuTimeOf } from '../load/cpu-time.ts';
import type { Server } from '../server.ts';
import { ask } from './requests.ts';

const looksEveryMilliseconds = 50;

export interface Recomputed {
  readonly seconds: number;
  /** Processor time that the service used, all threads together. */
  readonly serverSeconds: number;
}

/** Changes the attribution settings, and waits until reports read the new credits. */
export async function recompute(server: Server): Promise<Recomputed> {
  const timeBefore = cpuTimeOf(server.processId).whole;
  const start = performance.now();
  await ask(server, 'PUT', '/attribution-settings', { halfLifeDays: 10 });
  for (;;) {
    const { isApplied } = (await ask(server, 'GET', '/attribution-settings')) as { isApplied: boolean };
    if (isApplied) break;
    await new Promise((resolve) => setTimeout(resolve, looksEveryMilliseconds));
  }
  const seconds = (performance.now() - start) / 1000;
  return { seconds, serverSeconds: (cpuTimeOf(server.processId).whole - timeBefore) / 1000 };
}
