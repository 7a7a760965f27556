import type { Job, JobStatus } from '../../domain/job.ts';
import type { JobRow } from '../money-schema.ts';
import type { JobPlace } from '../ports/money.ts';

export function jobOf(row: JobRow): Job {
  return {
    id: row.job_id,
    type: row.type,
    status: row.status as JobStatus,
    progress: row.progress,
    request: JSON.parse(row.request),
    result: row.result === null ? null : JSON.parse(row.result),
    error: row.error,
    actor: row.actor,
    createdTime: row.created_time,
    updatedTime: row.updated_time,
    finishedTime: row.finished_time,
  };
}

export function jobPlaceOf({
  job_id: id,
  result_bytes: resultBytes,
}: Pick<JobRow, 'job_id'> & { readonly result_bytes: number | null }): JobPlace {
  return { id, resultBytes: resultBytes ?? 0 };
}

export function jobRowOf(organizationId: number, job: Job): JobRow {
  return {
    organization_id: organizationId,
    job_id: job.id,
    type: job.type,
    status: job.status,
    progress: job.progress,
    request: JSON.stringify(job.request),
    result: job.result === null ? null : JSON.stringify(job.result),
    error: job.error,
    actor: job.actor,
    holder: null,
    claimed_until: null,
    created_time: job.createdTime,
    updated_time: job.updatedTime,
    finished_time: job.finishedTime,
  };
}

/** The values of the `advance` statement. */
export function jobArguments(organizationId: number, job: Job) {
  const { id: jobId, status, progress, error, updatedTime, finishedTime } = job;
  const result = job.result === null ? null : JSON.stringify(job.result);
  return { organizationId, jobId, status, progress, result, error, updatedTime, finishedTime };
}
