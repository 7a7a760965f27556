import type { TestProject } from 'vitest/node';
import { buildService } from '../../build.ts';

/** Before any test, and before they run again, so that processes and threads are of the sources as they are. */
export async function setup(project: TestProject): Promise<void> {
  await buildService();
  project.onTestsRerun(() => buildService());
}
