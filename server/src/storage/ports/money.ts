import type { Collection, Page } from '../../domain/collection.ts';
import type { OwnedConversion, ToldConversion } from '../../domain/conversion.ts';
import type { ConversionQuery } from '../../domain/conversion-query.ts';
import type { Once } from '../../domain/idempotency.ts';
import type { Job, JobOutcome } from '../../domain/job.ts';
import type { Refund, ToldRefund } from '../../domain/refund.ts';
import type { SettingVersion } from '../../domain/setting-version.ts';
import type { SpendEntry, SpendQuery } from '../../domain/spend.ts';
import type { Instant } from '../../domain/time.ts';
import type { SettingWrite } from '../store.ts';

/** The type of the jobs that build credits by changed settings. */
export const buildingJob = 'recompute-credits';

/** What is read about money. */
export interface MoneyReads {
  /** Null where there is no such conversion. */
  conversion(organizationId: string, conversionId: string): Promise<OwnedConversion | null>;
  conversions(organizationId: string, query: ConversionQuery): Promise<Collection<OwnedConversion>>;
  /** By time; null where there is no such conversion. */
  refunds(organizationId: string, conversionId: string, page: Page): Promise<Collection<Refund> | null>;
  /** The version in force where none is named; null where it was never made. */
  attributionSettings(
    organizationId: string,
    version: number | null,
  ): Promise<SettingVersion<'attribution-settings'> | null>;
  /** Which version of the attribution settings there are credits by, or will be. */
  creditVersions(organizationId: string): Promise<readonly KeptCreditVersion[]>;
  job(organizationId: string, jobId: string): Promise<Job | null>;
  /** Newest first. */
  jobs(organizationId: string, page: Page): Promise<Collection<Job>>;
  /** Those that are not finished, oldest first. */
  unfinishedJobs(organizationId: string): Promise<readonly Job[]>;
  spend(organizationId: string, query: SpendQuery): Promise<Collection<SpendEntry>>;
}

export interface KeptCreditVersion {
  readonly version: number;
  readonly state: 'building' | 'live' | 'dropping';
  /** The job that builds or built it; null for the first. */
  readonly jobId: string | null;
}

interface ConversionWrite {
  /** Given where the write is to be done once: done again, it answers as it did. */
  readonly once?: Once | undefined;
  readonly organizationId: string;
  readonly actor: string;
  readonly now: Instant;
}

/** Every write about money, as the function it is. */
export interface MoneyWrites {
  /**
   * A customer that is created by it is told of only where it `announces`. Fails with `conflict` where the id is another
   * conversion's, `invalid` for a moment ahead.
   */
  recordConversion(
    input: ConversionWrite & ToldConversion & { customerId: string; announces: boolean },
  ): RecordedConversion;
  /** Fails with `not-found`, `conflict` where the id is another refund's, `invalid` for an amount above what is left. */
  recordRefund(input: ConversionWrite & ToldRefund & { conversionId: string }): RecordedRefund;
  /**
   * As `putChannelRules`. Where a version is made, the job `jobId` is to build credits by it; one that builds another is
   * superseded.
   */
  putAttributionSettings(
    input: SettingWrite<'attribution-settings'> & { jobId: string },
  ): SettingVersion<'attribution-settings'>;
  /**
   * Builds the credits of so many more conversions by the version of the job; puts it in force once all have theirs.
   */
  buildCredits(input: {
    organizationId: string;
    jobId: string;
    conversions: number;
    now: Instant;
  }): BuiltCredits;
  /** Drops some rows of versions that are not in force any more; answers whether any is left. */
  dropCredits(input: { organizationId: string; rows: number }): { isLeft: boolean };
  /** Answers the job that does it, as `admittedJob` of the domain says. Fails with `conflict` where there are too many. */
  createJob(input: { organizationId: string; job: Job; once?: Once | undefined }): Job;
  /** Claims a job until then, unless another holder's claim lasts beyond `now`; null where it cannot be had. */
  claimJob(input: {
    organizationId: string;
    jobId: string;
    holder: string;
    now: Instant;
    until: Instant;
  }): Job | null;
  /** Keeps what is told of a job; answers it as it is then. Fails with `not-found`. */
  advanceJob(input: { organizationId: string; jobId: string; outcome: JobOutcome; now: Instant }): Job;
  /** Keeps each row in the place of one of its day, dimensions and currency. */
  putSpend(input: { organizationId: string; entries: readonly SpendEntry[] }): null;
}

export interface RecordedConversion extends OwnedConversion {
  /** False where the same was told before under its id. */
  readonly recorded: boolean;
}

export interface RecordedRefund extends OwnedConversion {
  readonly refund: Refund;
  /** False where the same was told before under its id. */
  readonly recorded: boolean;
}

export interface BuiltCredits {
  /** The conversions that were credited. */
  readonly conversions: number;
  /** How much of the whole there is, from 0 to 1. */
  readonly progress: number;
  readonly isFinished: boolean;
}
