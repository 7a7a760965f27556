import { type Kysely, sql } from 'kysely';
import { jobColumns } from '../money-columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import { changeTime } from './change-time.ts';

const organizationId = parameter<number>('organizationId');

export function jobReads(query: Kysely<Schema>) {
  const jobs = query.selectFrom('jobs').where('organization_id', '=', organizationId);
  return {
    find: jobs.selectAll().where('job_id', '=', parameter<string>('jobId')),
    /** No results, which may be long: how long they are is known without reading them. */
    list: jobs
      .select(['job_id', sql<number | null>`octet_length(result)`.as('result_bytes')])
      .orderBy('job_id', 'desc')
      .limit(parameter<number>('limit'))
      .offset(parameter<number>('offset')),
    between: jobs
      .selectAll()
      .where('job_id', '>=', parameter<string>('oldestId'))
      .where('job_id', '<=', parameter<string>('newestId'))
      .orderBy('job_id', 'desc'),
    count: jobs.select(({ fn }) => fn.countAll<number>().as('total')),
    unfinished: jobs.selectAll().where('finished_time', 'is', null).orderBy('job_id'),
  };
}

export function jobWrites(query: Kysely<Schema>) {
  const ofJob = query
    .updateTable('jobs')
    .where('organization_id', '=', organizationId)
    .where('job_id', '=', parameter<string>('jobId'));
  return {
    add: query.insertInto('jobs').values(parametersNamed(jobColumns)),
    advance: ofJob.set({
      status: parameter('status'),
      progress: parameter('progress'),
      result: parameter('result'),
      error: parameter('error'),
      updated_time: parameter('updatedTime'),
      finished_time: parameter('finishedTime'),
    }),
    claim: ofJob
      .where('finished_time', 'is', null)
      .where(({ eb, or }) =>
        or([
          eb('holder', 'is', null),
          eb('holder', '=', parameter<string>('holder')),
          eb('claimed_until', '<=', parameter<number>('now')),
        ]),
      )
      .set({ holder: parameter('holder'), claimed_until: parameter('until') })
      .returningAll(),
    /** Ends the jobs that build a version no longer wanted. */
    supersede: query
      .updateTable('jobs')
      .where('organization_id', '=', organizationId)
      .where('type', '=', parameter<string>('type'))
      .where('finished_time', 'is', null)
      .set({ status: 'superseded', updated_time: changeTime, finished_time: changeTime }),
  };
}
