import { Failure } from '../../domain/failure.ts';
import type { KeptAnswer, Once } from '../../domain/idempotency.ts';
import { admittedJob, advanceJob, type Job } from '../../domain/job.ts';
import type { Instant } from '../../domain/time.ts';
import { doOnce } from '../once.ts';
import { jobWrites as jobQueries, jobReads } from '../queries/job.ts';
import { jobArguments, jobOf, jobRowOf } from '../rows/job.ts';
import { Answers, findAnswers, keepGiven } from './idempotency.ts';
import { enterOrganization } from './names.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';
import type { SettingWrites } from './setting-write-kinds.ts';
import { takeTurn } from './turn.ts';

const jobs = statementsOf({
  ...jobQueries(query),
  findToChange: jobReads(query).find.forNoKeyUpdate(),
  unfinished: jobReads(query).unfinished,
});

export const jobWrites: Pick<SettingWrites, 'createJob' | 'claimJob' | 'advanceJob'> = {
  async createJob(session, { organizationId, job, once }) {
    const organization = await enterOrganization(session, organizationId);
    // Others who create a job wait, so that all are counted.
    await takeTurn(session, organization, new Map([['job', 0]]));
    const [kept, rows] = await Promise.all([
      findAnswers(session, organization, once === undefined ? [] : [once.key]),
      session.all(jobs.unfinished, { organizationId: organization }),
    ]);
    const answers = new Answers(kept);
    const room = {
      findAnswer: (asked: Once) => answers.find(asked),
      keepAnswer: (answer: KeptAnswer) => answers.keep(answer),
    };
    // It concerns no customer.
    const admitted = doOnce(
      room,
      { once, now: job.createdTime },
      () => '',
      () => admittedJob(rows.map(jobOf), job),
    );
    if (admitted === job) addJob(session, organization, job);
    keepGiven(session, organization, answers);
    return admitted;
  },
  async claimJob(session, { organizationId, ...claim }) {
    const organization = await enterOrganization(session, organizationId);
    const row = await session.get(jobs.claim, { organizationId: organization, ...claim });
    return row === undefined ? null : jobOf(row);
  },
  async advanceJob(session, { organizationId, jobId, outcome, now }) {
    const organization = await enterOrganization(session, organizationId);
    const before = await findToChange(session, organization, jobId);
    if (before === null) throw new Failure('not-found', 'No such job.');
    const after = advanceJob(before, outcome, now);
    keepJob(session, organization, after);
    return after;
  },
};

export function addJob(session: Session, organizationId: number, job: Job): void {
  session.send(jobs.add, { ...jobRowOf(organizationId, job) });
}

/** Ends unfinished jobs of a type in favour of another. */
export function supersedeJobs(session: Session, organizationId: number, type: string, now: Instant): void {
  session.send(jobs.supersede, { organizationId, type, now });
}

/** Locks the job, so that its changes are made one after the other. */
export async function findToChange(
  session: Session,
  organizationId: number,
  jobId: string,
): Promise<Job | null> {
  const row = await session.get(jobs.findToChange, { organizationId, jobId });
  return row === undefined ? null : jobOf(row);
}

export function keepJob(session: Session, organizationId: number, job: Job): void {
  session.send(jobs.advance, jobArguments(organizationId, job));
}
