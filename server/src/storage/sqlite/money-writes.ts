import { Failure } from '../../domain/failure.ts';
import type { KeptAnswer, Once } from '../../domain/idempotency.ts';
import { admittedJob, advanceJob, type Job, newJob } from '../../domain/job.ts';
import type { MoneyRoom } from '../money-room.ts';
import { doOnce } from '../once.ts';
import { buildingJob, type MoneyWrites } from '../ports/money.ts';
import type { Connection } from './connection.ts';
import { ConversionWriter } from './conversion.ts';
import { CreditKeeper } from './credit.ts';
import { CreditBuilder } from './credit-build.ts';
import { CreditRowWriter } from './credit-rows.ts';
import { CreditVersions } from './credit-version.ts';
import { FreshCredits } from './fresh-credits.ts';
import type { AnswerWriter } from './idempotency.ts';
import type { Numbering } from './interning.ts';
import { JobWriter } from './job.ts';
import { OpenSums } from './open-sums.ts';
import type { Readers } from './readers.ts';
import type { PutSetting } from './setting-writes.ts';
import { SpendWriter } from './spend.ts';

/** The writes about money, with what they remember within a transaction. */
export class Money {
  readonly #readers: Readers;
  readonly #numbering: Numbering;
  readonly #conversions: ConversionWriter;
  readonly #versions: CreditVersions;
  readonly #keeper: CreditKeeper;
  readonly #builder: CreditBuilder;
  readonly #openSums: OpenSums;
  readonly #answers: AnswerWriter;
  readonly #jobs: JobWriter;
  readonly #spend: SpendWriter;

  constructor(connection: Connection, readers: Readers, numbering: Numbering, answers: AnswerWriter) {
    this.#answers = answers;
    this.#readers = readers;
    this.#numbering = numbering;
    this.#conversions = new ConversionWriter(connection, numbering);
    this.#versions = new CreditVersions(connection);
    this.#openSums = new OpenSums(connection);
    const credits = new CreditRowWriter(connection, this.#openSums);
    this.#keeper = new CreditKeeper(connection, readers.interning, this.#versions, credits);
    const settings = readers.settingVersions;
    this.#builder = new CreditBuilder(connection, {
      fresh: new FreshCredits(connection, readers.interning, credits),
      credits,
      openSums: this.#openSums,
      versions: this.#versions,
      settings,
    });
    this.#jobs = new JobWriter(connection);
    this.#spend = new SpendWriter(connection);
  }

  roomOf(organization: number): MoneyRoom {
    const { conversions } = this.#readers;
    return {
      findConversion: (conversionId) => conversions.find(organization, conversionId),
      findRefund: (refundId) => conversions.findRefund(organization, refundId),
      nextConversionKey: () => this.#numbering.nextKey(organization, 'conversion'),
      nextRefundKey: () => this.#numbering.nextKey(organization, 'refund'),
      addConversion: (customerId, conversion, isFirst) =>
        this.#conversions.add(organization, customerId, conversion, isFirst),
      addRefund: (owned, refund) => this.#conversions.addRefund(organization, owned, refund),
      recredit: (customerId, part) => this.#keeper.recredit(organization, customerId, part),
    };
  }

  moveInto(organization: number, customerId: string, targetCustomerId: string): void {
    this.#conversions.moveAll(organization, customerId, targetCustomerId);
    this.#keeper.moveAll(organization, customerId, targetCustomerId);
  }

  /** The writes that are not on a customer. */
  writes(putSetting: PutSetting): Omit<MoneyWrites, 'recordConversion' | 'recordRefund'> {
    const { interning, jobs } = this.#readers;
    const organizationOf = (id: string) => interning.organization(id);
    return {
      putAttributionSettings: ({ jobId, ...input }) => {
        const { after, isNew } = putSetting('attribution-settings', input);
        if (isNew) this.#beginBuilding(organizationOf(input.organizationId), after.version, jobId, input);
        return after;
      },
      buildCredits: ({ organizationId, jobId, conversions, now }) => {
        const organization = organizationOf(organizationId);
        // Earlier writes of this transaction may have credits left to settle, for conversions not built yet.
        this.#keeper.settle();
        const built = this.#builder.build(organization, jobId, conversions);
        if (built === null) return { conversions: 0, progress: 1, isFinished: true };
        const job = jobs.find(organization, jobId);
        if (job === null) return built;
        const outcome = built.isFinished
          ? ({ status: 'completed', result: null } as const)
          : ({ status: 'running', progress: built.progress } as const);
        this.#jobs.advance(organization, advanceJob(job, outcome, now));
        return built;
      },
      dropCredits: ({ organizationId, rows }) => ({
        isLeft: this.#builder.drop(organizationOf(organizationId), rows),
      }),
      createJob: (input) => this.#createJob(organizationOf(input.organizationId), input),
      claimJob: ({ organizationId, ...claim }) => this.#jobs.claim(organizationOf(organizationId), claim),
      advanceJob: ({ organizationId, jobId, outcome, now }) => {
        const organization = organizationOf(organizationId);
        const before = jobs.find(organization, jobId);
        if (before === null) throw new Failure('not-found', 'No such job.');
        const after = advanceJob(before, outcome, now);
        this.#jobs.advance(organization, after);
        return after;
      },
      putSpend: ({ organizationId, entries }) => {
        this.#spend.put(organizationOf(organizationId), entries);
        return null;
      },
    };
  }

  #createJob(organization: number, { job, once }: Parameters<MoneyWrites['createJob']>[0]): Job {
    const room = {
      findAnswer: (asked: Once) => this.#answers.find(organization, asked),
      keepAnswer: (kept: KeptAnswer) => this.#answers.keep(organization, kept),
    };
    // It concerns no customer.
    return doOnce(
      room,
      { once, now: job.createdTime },
      () => '',
      () => {
        const admitted = admittedJob(this.#readers.jobs.unfinished(organization), job);
        if (admitted === job) this.#jobs.add(organization, job);
        return admitted;
      },
    );
  }

  /** Call before the commit. */
  settle(): void {
    this.#keeper.settle();
  }

  /** Call after a rollback. */
  forget(): void {
    this.#keeper.forget();
    this.#versions.forget();
    this.#openSums.forgetAll();
  }

  #beginBuilding(
    organization: number,
    settingsVersion: number,
    jobId: string,
    { actor, now }: { readonly actor: string; readonly now: number },
  ): void {
    this.#jobs.supersede(organization, buildingJob, now);
    this.#jobs.add(organization, newJob(jobId, buildingJob, { settingsVersion }, { actor, now }));
    this.#builder.begin(organization, settingsVersion, jobId);
  }
}
