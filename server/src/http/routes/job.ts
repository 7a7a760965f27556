import { type Job, maximumUnfinishedJobs } from '../../domain/job.ts';
import { formatInstant } from '../../domain/time.ts';
import type { JobOperations } from '../../operations/job.ts';
import { pageHeaders, readPage } from '../collection-query.ts';
import { JobInput, jobFaults } from '../job-schemas.ts';
import { type Link, pageHeaderNames, type Route, route, routeWithBody } from '../route.ts';
import { reference } from '../schemas.ts';
import { presentCollection } from '../tabular.ts';
import { faultsBy } from '../validation.ts';

const tag = 'Jobs';
const path = '/jobs';
const schema = reference('Job');

export function jobRoutes(operations: JobOperations): readonly Route[] {
  return [
    routeWithBody({
      method: 'POST',
      path,
      permission: 'reports:write',
      operationId: 'PostJob',
      tag,
      summary: 'Start a job',
      description:
        'For what takes longer than a request: the job has the result once it is completed. If an unfinished job ' +
        `was asked for the same, the answer is that job; beyond ${maximumUnfinishedJobs} unfinished jobs of its ` +
        'type, it is 409.',
      isRepeatable: true,
      body: JobInput,
      faults: jobFaults,
      furtherFaults: (body) => faultsBy(operations.requireReadable, body),
      refusals: [409],
      answers: { 202: { description: 'The job will be done.', schema, headers: ['Location'] } },
      handle: async ({ principal, body, once, link }) => {
        const job = await operations.create(principal, body, once);
        return {
          status: 202,
          body: jobDocument(job, link),
          headers: { location: link(`${path}/${job.id}`) },
        };
      },
    }),
    route({
      method: 'GET',
      path,
      permission: 'reports:read',
      operationId: 'GetJobCollection',
      tag,
      summary: 'List jobs',
      description: 'A long list is sent while it is read: an answer that breaks off is incomplete.',
      parameters: ['limit', 'offset'],
      order: '-createdTime',
      answers: {
        200: {
          description: 'A page of jobs, the newest first.',
          schema: { type: 'array', items: schema },
          headers: pageHeaderNames,
        },
      },
      handle: async ({ principal, query, link }) => {
        const page = readPage(query);
        const { items, total } = await operations.list(principal, page);
        const { body, headers } = await presentCollection(items, (job) => jobDocument(job, link));
        return { status: 200, body, headers: { ...headers, ...pageHeaders(page, total) } };
      },
    }),
    route({
      method: 'GET',
      path: `${path}/:id`,
      permission: 'reports:read',
      operationId: 'GetJob',
      tag,
      summary: 'Read a job',
      refusals: [404],
      answers: { 200: { description: 'The job as it is now.', schema } },
      handle: async ({ principal, parameters: { id = '' }, link }) => {
        return { status: 200, body: jobDocument(await operations.get(principal, id), link) };
      },
    }),
  ];
}

function jobDocument({ createdTime, updatedTime, finishedTime, ...job }: Job, link: Link) {
  return {
    ...job,
    createdTime: formatInstant(createdTime),
    updatedTime: formatInstant(updatedTime),
    finishedTime: finishedTime === null ? null : formatInstant(finishedTime),
    _links: [{ href: link(`${path}/${job.id}`), rel: 'self' }],
  };
}
