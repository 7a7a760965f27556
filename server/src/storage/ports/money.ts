import type { Collection, Page } from '../../domain/collection.ts';
import type { OwnedConversion, ToldConversion } from '../../domain/conversion.ts';
import type { ConversionQuery } from '../../domain/conversion-query.ts';
import type { Once } from '../../domain/idempotency.ts';
import type { Job, JobOutcome } from '../../domain/job.ts';
import type { Refund, ToldRefund } from '../../domain/refund.ts';
import type { SettingVersion } from '../../domain/setting-version.ts';
import type { SpendEntry, SpendQuery } from '../../domain/spend.ts';
import type { Instant } from '../../domain/time.ts';
import type { SettingWrite } from './write.ts';

/** The type of the jobs that rebuild credits after a change of settings. */
export const buildingJob = 'recompute-credits';

/** Reads about money. */
export interface MoneyReads {
  /** Null if there is no such conversion. */
  conversion(organizationId: string, conversionId: string): Promise<OwnedConversion | null>;
  conversions(organizationId: string, query: ConversionQuery): Promise<Collection<OwnedConversion>>;
  /** By time; null if there is no such conversion. */
  refunds(organizationId: string, conversionId: string, page: Page): Promise<Collection<Refund> | null>;
  /** The versions of the attribution settings that have credits, are getting them or are losing them. */
  creditVersions(organizationId: string): Promise<readonly KeptCreditVersion[]>;
  job(organizationId: string, jobId: string): Promise<Job | null>;
  /** Newest first. */
  jobPlaces(organizationId: string, page: Page): Promise<Collection<JobPlace>>;
  /** Those with ids from one to the other, newest first. */
  jobsBetween(organizationId: string, oldestId: string, newestId: string): Promise<readonly Job[]>;
  /** The organizations with unfinished jobs, or with credits by settings that are out of force. */
  jobOrganizations(): Promise<readonly string[]>;
  /** Unfinished jobs, oldest first. */
  unfinishedJobs(organizationId: string): Promise<readonly Job[]>;
  spend(organizationId: string, query: SpendQuery): Promise<Collection<SpendEntry>>;
}

/** A job in the list of jobs. */
export interface JobPlace {
  readonly id: string;
  /** How long the text of its result is; 0 where there is none. */
  readonly resultBytes: number;
}

export interface KeptCreditVersion {
  readonly version: number;
  readonly state: 'building' | 'live' | 'dropping';
  /** The job that builds or built it; null for the first version. */
  readonly jobId: string | null;
}

interface ConversionWrite {
  /** Set to make the write idempotent: a repeat returns the first answer. */
  readonly once?: Once | undefined;
  readonly organizationId: string;
  readonly actor: string;
  readonly now: Instant;
}

/** Every write about money as a function signature. */
export interface MoneyWrites {
  /**
   * If it creates the customer, webhooks are told only if it `announces`. Fails with `conflict` if the id belongs to a
   * different conversion, `invalid` for a moment in the future.
   */
  recordConversion(
    input: ConversionWrite & ToldConversion & { customerId: string; announces: boolean },
  ): RecordedConversion;
  /** Fails with `not-found`, `conflict` if the id belongs to a different refund, `invalid` if the amount exceeds what is left. */
  recordRefund(input: ConversionWrite & ToldRefund & { conversionId: string }): RecordedRefund;
  /** As `putChannelRules`. A new version is built by the job `jobId`; a job still building another version is superseded. */
  putAttributionSettings(
    input: SettingWrite<'attribution-settings'> & { jobId: string },
  ): SettingVersion<'attribution-settings'>;
  /** Builds credits for up to `conversions` more conversions by the job's version, and puts it in force once all have theirs. */
  buildCredits(input: {
    organizationId: string;
    jobId: string;
    conversions: number;
    now: Instant;
  }): BuiltCredits;
  /** Drops up to `rows` rows of versions no longer in force; tells whether any are left. */
  dropCredits(input: { organizationId: string; rows: number }): { isLeft: boolean };
  /** Returns the job that does the work, chosen by the domain's `admittedJob`. Fails with `conflict` if there are too many. */
  createJob(input: { organizationId: string; job: Job; once?: Once | undefined }): Job;
  /** Claims a job until `until`, unless another holder's claim lasts beyond `now`; null if it cannot be claimed. */
  claimJob(input: {
    organizationId: string;
    jobId: string;
    holder: string;
    now: Instant;
    until: Instant;
  }): Job | null;
  /** Records the progress or end of a job and returns it as it then is. Fails with `not-found`. */
  advanceJob(input: { organizationId: string; jobId: string; outcome: JobOutcome; now: Instant }): Job;
  /** Each entry replaces the one of the same day, dimensions and currency. */
  putSpend(input: { organizationId: string; entries: readonly SpendEntry[] }): null;
}

export interface RecordedConversion extends OwnedConversion {
  /** False if the same conversion was already recorded under its id. */
  readonly recorded: boolean;
}

export interface RecordedRefund extends OwnedConversion {
  readonly refund: Refund;
  /** False if the same refund was already recorded under its id. */
  readonly recorded: boolean;
}

export interface BuiltCredits {
  /** How many conversions this call credited. */
  readonly conversions: number;
  /** The share of the whole that is done, from 0 to 1. */
  readonly progress: number;
  readonly isFinished: boolean;
}
