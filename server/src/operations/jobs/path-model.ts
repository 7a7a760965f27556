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

/** Often enough that no other process takes over what is still being read or computed. */
const keepingMilliseconds = 5_000;

export interface PathModelJobParts extends PathModelParts {
  /** Reads the members of a request. Fails with `invalid`, naming all faults at once. */
  readonly read: (asked: AskedJob) => PathModelRequest;
}

/** What each channel is worth by the paths themselves. Where it was left, it begins again from the start. */
export function createPathModelJob({ read, ...parts }: PathModelJobParts): JobType {
  return {
    type: 'data-driven',
    read,
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
      // When the service ends, nobody waits for a read that is under way.
      return await Promise.race([result, end.reached]);
    },
  };
}

/** The request, in the form in which a caller could repeat it. */
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
  // A failed renewal shows when the job's outcome is written.
  const timer = setInterval(() => void keep().catch(() => undefined), keepingMilliseconds);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

/** The signal outlives every job, so each must remove its listener. */
function endOf(ending: AbortSignal): Disposable & { readonly reached: Promise<null> } {
  const { promise: reached, resolve } = Promise.withResolvers<null>();
  const reach = () => resolve(null);
  ending.addEventListener('abort', reach, { once: true });
  if (ending.aborted) reach();
  return { reached, [Symbol.dispose]: () => ending.removeEventListener('abort', reach) };
}
