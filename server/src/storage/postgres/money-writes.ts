import { advanceJob, newJob } from '../../domain/job.ts';
import { spendColumns } from '../money-columns.ts';
import { buildingJob, type MoneyWrites } from '../ports/money.ts';
import { creditVersionWrites } from '../queries/credit-version.ts';
import { spendRowOf } from '../rows/spend.ts';
import { buildCredits, dropCredits } from './credit-build.ts';
import { columnsOf } from './given-rows.ts';
import { addJob, findToChange, jobWrites, keepJob, supersedeJobs } from './job.ts';
import { enterOrganization } from './names.ts';
import { query, statementsOf } from './query.ts';
import { replacement } from './row-statements.ts';
import { putSetting } from './setting-version-writes.ts';
import type { SettingWrites } from './setting-write-kinds.ts';
import { takeTurn } from './turn.ts';

const { add, replace } = creditVersionWrites(query);
const versions = statementsOf({ add, replace });
const putSpend = replacement('spend', spendColumns, ['day', 'digest']);

type MoneyWriteKind = Exclude<keyof MoneyWrites, 'recordConversion' | 'recordRefund'>;

/** The writes about money that are not on a customer. */
export const moneyWrites: Pick<SettingWrites, MoneyWriteKind> = {
  ...jobWrites,
  async putAttributionSettings(session, { jobId, ...input }) {
    const { actor, now } = input;
    // Builders of credits take it too: none puts a version in force that is superseded here.
    await takeTurn(session, await enterOrganization(session, input.organizationId), new Map([['touch', 0]]));
    const { organization, after, isNew } = await putSetting(session, 'attribution-settings', input);
    if (!isNew) return after;
    const settingsVersion = after.version;
    const place = { organizationId: organization };
    supersedeJobs(session, organization, buildingJob, now);
    const job = newJob(jobId, buildingJob, { settingsVersion }, { actor, now });
    addJob(session, organization, job);
    session.send(versions.replace, { ...place, before: 'building' });
    session.send(versions.add, { ...place, version: settingsVersion, state: 'building', jobId });
    return after;
  },
  async buildCredits(session, { organizationId, jobId, conversions, now }, names) {
    const organization = await enterOrganization(session, organizationId);
    const built = await buildCredits(session, names, organization, jobId, conversions);
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
  async putSpend(session, { organizationId, entries }) {
    const organization = await enterOrganization(session, organizationId);
    const rows = entries.map((entry) => spendRowOf(organization, entry));
    if (rows.length > 0) session.send(putSpend, columnsOf(organization, spendColumns, rows));
    return null;
  },
};
