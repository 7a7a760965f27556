import { setTimeout as pause } from 'node:timers/promises';

const millisecondsBetweenLooks = 5;

/** Ends once it holds, however long a busy machine takes: only the test itself is limited. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(millisecondsBetweenLooks);
}
