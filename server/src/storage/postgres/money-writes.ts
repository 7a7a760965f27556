import { Failure } from '../../domain/failure.ts';
import { advanceJob, type Job, newJob } from '../../domain/job.ts';
import { spendColumns } from '../money-columns.ts';
import { buildingJob, type MoneyWrites } from '../ports/money.ts';
import { creditVersionWrites } from '../queries/credit-version.ts';
import { jobReads, jobWrites } from '../queries/job.ts';
import { jobArguments, jobOf, jobRowOf } from '../rows/job.ts';
import { spendRowOf } from '../rows/spend.ts';
import { buildCredits, dropCredits } from './credit-build.ts';
import { enterOrganization } from './names.ts';
import { query, statementsOf } from './query.ts';
import { columnsOf, replacement } from './rows.ts';
import type { Session } from './session.ts';
import { putSetting, type SettingWrites } from './setting-writes.ts';

const jobs = statementsOf({
  ...jobWrites(query),
  findToChange: jobReads(query).find.forNoKeyUpdate(),
});
const versions = statementsOf(creditVersionWrites(query));
const putSpend = replacement('spend', spendColumns, ['day', 'digest']);

type MoneyWriteKind = Exclude<keyof MoneyWrites, 'recordConversion' | 'recordRefund'>;

/** The writes about money that are on no customer. */
export const moneyWrites: Pick<SettingWrites, MoneyWriteKind> = {
  async putAttributionSettings(session, { jobId, ...input }) {
    const { actor, now } = input;
    const { organization, after, isNew } = await putSetting(session, 'attribution-settings', input);
    if (!isNew) return after;
    const settingsVersion = after.version;
    const place = { organizationId: organization };
    session.send(jobs.supersede, { ...place, type: buildingJob, now });
    const job = newJob(jobId, buildingJob, { settingsVersion }, { actor, now });
    session.send(jobs.add, { ...jobRowOf(organization, job) });
    session.send(versions.replace, { ...place, before: 'building' });
    session.send(versions.add, { ...place, version: settingsVersion, state: 'building', jobId });
    return after;
  },
  async buildCredits(session, { organizationId, jobId, conversions, now }) {
    const organization = await enterOrganization(session, organizationId);
    const built = await buildCredits(session, organization, jobId, conversions);
    const job = await findToChange(session, organization, jobId);
    if (job === null) return built;
    const outcome = built.isFinished
      ? ({ status: 'completed', result: null } as const)
      : ({ status: 'running', progress: built.progress } as const);
    keepJob(session, organization, advanceJob(job, outcome, now));
    return built;
  },
  async dropCredits(session, { organizationId, rows }) {
    const organization = await enterOrganization(session, organizationId);
    return { isLeft: await dropCredits(session, organization, rows) };
  },
  async createJob(session, { organizationId, job }) {
    const organization = await enterOrganization(session, organizationId);
    session.send(jobs.add, { ...jobRowOf(organization, job) });
    return null;
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
  async putSpend(session, { organizationId, entries }) {
    const organization = await enterOrganization(session, organizationId);
    const rows = entries.map((entry) => spendRowOf(organization, entry));
    if (rows.length > 0) session.send(putSpend, columnsOf(organization, spendColumns, rows));
    return null;
  },
};

/** Locked, so that changes of one job are made one after the other. */
async function findToChange(session: Session, organizationId: number, jobId: string): Promise<Job | null> {
  const row = await session.get(jobs.findToChange, { organizationId, jobId });
  return row === undefined ? null : jobOf(row);
}

function keepJob(session: Session, organizationId: number, job: Job): void {
  session.send(jobs.advance, jobArguments(organizationId, job));
}
