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
const keepingMilliseconds = 10_000;

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
      const result = pathModelResult(parts, organizationId, read(request), task);
      // What is being read at the end of the service is waited for by nobody.
      return Promise.race([result, ended(ending)]);
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

function ended(ending: AbortSignal): Promise<null> {
  if (ending.aborted) return Promise.resolve(null);
  return new Promise((resolve) => ending.addEventListener('abort', () => resolve(null), { once: true }));
}
