import { formatDay } from '../../domain/reporting-zone.ts';
import { formatInstant } from '../../domain/time.ts';
import type { AskedJob, JobTask, JobType } from '../job.ts';
import {
  type PathModelParts,
  type PathModelRequest,
  pathModelResult,
  requirePathModel,
} from '../path-model.ts';
import type { PeriodEdge } from '../reporting/period.ts';

/** Often enough that nobody takes over what is still being read or computed. */
const keepingMilliseconds = 5_000;

export interface PathModelJobParts extends PathModelParts {
  /** What the members of a request ask for. Fails with `invalid`, naming all faults at once. */
  readonly read: (asked: AskedJob) => PathModelRequest;
}

/** What the paths themselves say each channel is worth. Begun again from the start where it was left. */
export function createPathModelJob({ read, ...parts }: PathModelJobParts): JobType {
  return {
    type: 'data-driven',
    async accept(organizationId, asked) {
      const request = read(asked);
      await requirePathModel(parts, organizationId, request);
      return requestDocument(request);
    },
    async run(task) {
      const { organizationId, request, ending } = task;
      using _keeping = keepingMeanwhile(task);
      using end = endOf(ending);
      const result = pathModelResult(parts, organizationId, read(request), task);
      // What is being read at the end of the service is waited for by nobody.
      return await Promise.race([result, end.reached]);
    },
  };
}

/** What was asked, as a caller could ask it again. */
function requestDocument({ model, order, dimension, start, end, timezone, currency }: PathModelRequest) {
  return {
    model,
    ...(model === 'markov' && { order }),
    dimension,
    periodStart: edgeDocument(start),
    periodEnd: edgeDocument(end),
    timezone,
    currency,
  };
}

function edgeDocument(edge: PeriodEdge): string {
  return 'instant' in edge ? formatInstant(edge.instant) : formatDay(edge.day);
}

function keepingMeanwhile({ keep }: JobTask): Disposable {
  // One that could not be renewed is found out when its outcome is told.
  const timer = setInterval(() => void keep().catch(() => undefined), keepingMilliseconds);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** The signal outlives every job: none may leave a listener behind. */
function endOf(ending: AbortSignal): Disposable & { readonly reached: Promise<null> } {
  const { promise: reached, resolve } = Promise.withResolvers<null>();
  const reach = () => resolve(null);
  ending.addEventListener('abort', reach, { once: true });
  if (ending.aborted) reach();
  return { reached, [Symbol.dispose]: () => ending.removeEventListener('abort', reach) };
}
