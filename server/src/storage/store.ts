import type { ApiKey, ApiKeyRequest, KeyGiver } from '../domain/api-key.ts';
import type { ChannelTuple } from '../domain/channel.ts';
import type { Collection, Page } from '../domain/collection.ts';
import type { Customer, CustomerFacts } from '../domain/customer.ts';
import type { CustomerQuery } from '../domain/customer-query.ts';
import type { OutboxState } from '../domain/event.ts';
import type { Once } from '../domain/idempotency.ts';
import type { LeadSource } from '../domain/lead-source.ts';
import type { Organization, OrganizationChange } from '../domain/organization.ts';
import type { Precondition } from '../domain/precondition.ts';
import type { SettingChange } from '../domain/setting-change.ts';
import type { SettingVersion } from '../domain/setting-version.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import type { Instant } from '../domain/time.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import type { KnownTouch, ListedTouch, PlacedTouch, TouchKey } from '../domain/touch.ts';
import type { ToldTouch } from '../domain/touch-change.ts';
import type { ReadsOfNouns, WritesOfNouns } from './ports/nouns.ts';
import type { Part } from './ports/part.ts';
import type { SharedCalls } from './ports/shared-calls.ts';
import type { KeptEvent } from './ports/webhook.ts';
import type { CustomerWrite, SettingWrite } from './ports/write.ts';
import type { StoreStatistics } from './statistics.ts';

/** Who opens a store: the service, or a command of its operator, which may run beside the service. */
export type StoreRole = 'server' | 'command';

/**
 * The port: all that the rooms above know of storage. Each engine implements it and passes one shared contract suite.
 * Expected failures are the domain's `Failure`s; `unavailable` means that the engine could not be reached.
 */
export interface Store extends AsyncDisposable {
  readonly read: Reads;
  /** Counts calls across every process on the database; null where no other process can serve it. */
  readonly sharedCalls: SharedCalls | null;
  /**
   * Tells the time by the one clock that every process on the database can go by, and fails with `unavailable`; null where no
   * other process can serve it.
   */
  readonly sharedTime: (() => Promise<Instant>) | null;
  /**
   * Runs one write in a transaction, possibly together with other waiting writes, and resolves once it is durable. A
   * `Failure` from the domain's rules rejects the promise and leaves nothing of this write behind.
   */
  write<Kind extends WriteKind>(kind: Kind, input: WriteInput<Kind>): Promise<WriteOutput<Kind>>;
  /** Called after each commit. */
  onCommit(listener: (commit: Commit) => void): void;
  statistics(): StoreStatistics;
  /** Resolves if the engine responds and accepts writes, else fails with `unavailable`. Stores nothing. */
  probe(): Promise<void>;
  /** Aborts long-running work that nobody waits for any more: it fails with `unavailable`, as do most later calls. */
  breakOff(): void;
}

/** Reads outside any write. Nothing here can change anything. */
export interface Reads extends ReadsOfNouns {
  /** Null if the customer is unknown or the id is an alias. */
  customer(organizationId: string, customerId: string): Promise<Customer | null>;
  customers(organizationId: string, query: CustomerQuery): Promise<Collection<Customer>>;
  /** A customer's touches by time; null if the customer is unknown or the id is an alias. */
  touches(organizationId: string, customerId: string, page: Page): Promise<Collection<ListedTouch> | null>;
  /** How many touches share each tuple since a moment, including those of unlinked visitors. */
  touchCounts(organizationId: string, since: Instant): Promise<TouchCounts>;
  /** The tuples of these keys, in the order of the keys. */
  tuples(organizationId: string, keys: readonly number[]): Promise<readonly ChannelTuple[]>;
  /** What happened to a customer, newest first; null if the customer is unknown or the id is an alias. */
  timeline(organizationId: string, customerId: string, page: Page): Promise<Collection<TimelineEntry> | null>;
  /**
   * What the write of this kind returned for a request that is to be done once; null if it is still to be done. Fails with
   * `invalid`, `conflict`.
   */
  outputOnce<Kind extends WriteKind>(
    organizationId: string,
    kind: Kind,
    once: Once,
    now: Instant,
  ): Promise<WriteOutput<Kind> | null>;
  /** The organizations with answers to idempotent requests that were made at `before` or earlier. */
  answerOrganizations(before: Instant): Promise<readonly string[]>;
  organization(organizationId: string): Promise<Organization | null>;
  organizations(): Promise<readonly Organization[]>;
  apiKeyBySecret(secretHash: Uint8Array): Promise<{ key: ApiKey; organization: Organization } | null>;
  apiKey(organizationId: string, keyId: string): Promise<ApiKey | null>;
  apiKeys(organizationId: string, page: Page): Promise<Collection<ApiKey>>;
  /** Who changed which setting, newest first. */
  settingChanges(organizationId: string, page: Page): Promise<Collection<SettingChange>>;
  /** Newest first. */
  signingKeys(): Promise<readonly SigningKey[]>;
  /** The oldest events not yet pruned, oldest first. Changes made while no webhook is active leave no event. */
  events(organizationId: string, limit: number): Promise<readonly KeptEvent[]>;
  outbox(organizationId: string): Promise<OutboxState>;
  /** Those touches with these keys that the customer, or the one its alias stands for, still has. */
  touchesByKey(
    organizationId: string,
    customerId: string,
    keys: readonly TouchKey[],
  ): Promise<readonly KnownTouch[]>;
  /** The touches to which their senders gave these ids, in any order. */
  touchesByGivenId(organizationId: string, givenIds: readonly string[]): Promise<readonly KnownTouch[]>;
}

/** As columns, so that many are handed over cheaply; the tuples that most touches share come first. */
export interface TouchCounts {
  readonly tupleKeys: Float64Array;
  readonly touches: Float64Array;
}

/** Every write as a function signature: its input and its output. */
export interface Writes extends WritesOfNouns {
  putLeadSource(input: CustomerWrite & { leadSource: LeadSource; precondition: Precondition }): {
    customer: Customer;
    /** True if there was no lead source before. */
    created: boolean;
  };
  deleteLeadSource(input: CustomerWrite & { precondition: Precondition }): null;
  /**
   * Fails with `conflict` if its given id belongs to a different touch or its import is being undone, with `invalid` for a
   * moment in the future.
   */
  addTouch(input: CustomerWrite & ToldTouch): AddedTouch;
  /** `touchId` is the public id. Fails with `not-found`. */
  removeTouch(input: CustomerWrite & { touchId: string }): null;
  /** With `mustBeNew`, fails with `conflict` if the id is taken, even as an alias. */
  saveCustomer(
    input: CustomerWrite & { facts: CustomerFacts; leadSource: LeadSource | null; mustBeNew: boolean },
  ): { customer: Customer; created: boolean };
  /** Merges `customerId` into `targetCustomerId`. Fails with `not-found`, or `invalid` if both are the same customer. */
  mergeCustomers(input: CustomerWrite & { targetCustomerId: string }): null;
  /** Fails with `conflict` if the id is taken. */
  createOrganization(input: { organization: Organization; actor: string }): null;
  /** Fails with `not-found`. */
  changeOrganization(input: {
    organizationId: string;
    change: OrganizationChange;
    actor: string;
    now: Instant;
  }): Organization;
  /** Creates the organization with its key only if there is no organization at all; tells whether it did. */
  initialize(input: { organization: Organization; key: ApiKey; secretHash: Uint8Array }): {
    initialized: boolean;
  };
  /** Fails with `conflict` if the id or the secret is taken. */
  createApiKey(input: { key: ApiKey; secretHash: Uint8Array; actor: string }): null;
  /** `giver` is the caller. Fails with `not-found`, or with `forbidden` for what the caller cannot give. */
  changeApiKey(input: ApiKeyPlace & { request: ApiKeyRequest; giver: KeyGiver }): ApiKey;
  /** Fails with `not-found`. */
  deleteApiKey(input: ApiKeyPlace): null;
  noteApiKeyUse(input: { organizationId: string; keyId: string; usedTime: Instant }): null;
  /** Records who minted a token for whom. Fails with `not-found`. */
  noteMintedToken(input: { organizationId: string; subject: string; actor: string; now: Instant }): null;
  /** Keeps the key unless there is one already; returns the one in force. */
  ensureSigningKey(input: { key: SigningKey }): SigningKey;
  /** Creates a version unless nothing changes; returns the one in force. Fails with `conflict`, `precondition-failed`. */
  putChannelRules(input: SettingWrite<'channel-rules'>): SettingVersion<'channel-rules'>;
  /** As `putChannelRules`. */
  putLandingSettings(input: SettingWrite<'landing-settings'>): SettingVersion<'landing-settings'>;
  /** As `putChannelRules`. */
  putAffiliateSettings(input: SettingWrite<'affiliate-settings'>): SettingVersion<'affiliate-settings'>;
  /** Forgets about `limit` of the stored answers of idempotent requests made at `before` or earlier. */
  pruneAnswers(input: { organizationId: string; before: Instant; limit: number }): Part;
  /** Drops the events up to and including `upToKey`; null drops all. */
  pruneEvents(input: { organizationId: string; upToKey: number | null }): null;
  /**
   * Claims the reading of an organization's events until `until`, unless another holder's claim lasts beyond `now`. A holder
   * may renew its own claim.
   */
  claimOutbox(input: OutboxPlace & { now: Instant; until: Instant }): { claimed: boolean };
  /** Ends the holder's claim early; leaves another holder's claim alone. */
  releaseOutbox(input: OutboxPlace): null;
}

interface OutboxPlace {
  readonly organizationId: string;
  /** Names the process that reads the events. */
  readonly holder: string;
}

interface ApiKeyPlace {
  readonly organizationId: string;
  readonly keyId: string;
  readonly actor: string;
  readonly now: Instant;
}

export interface AddedTouch extends PlacedTouch {
  /** The customer that has it; differs from the named one if that one was merged away. */
  readonly customerId: string;
  /** False if the same touch was already recorded under its given id. */
  readonly added: boolean;
}

export type WriteKind = keyof Writes;
export type WriteInput<Kind extends WriteKind> = Parameters<Writes[Kind]>[0];
export type WriteOutput<Kind extends WriteKind> = ReturnType<Writes[Kind]>;

/** A transaction that is durable. */
export interface Commit {
  /** The writes that shared it, including those refused by a rule of the domain. */
  readonly writes: number;
  /** The organizations it left events for: none of those without an active webhook. */
  readonly organizationIds: readonly string[];
  /** From the start of the transaction to its durability. */
  readonly seconds: number;
}

export { unavailableFor } from './causes.ts';
export { erasedNameHash } from './erased-name.ts';
export type { AffiliateAccount, AffiliateClick, DatedAffiliateCredit } from './ports/affiliate.ts';
export type { HeldPlace, HeldRow } from './ports/customer-export.ts';
export type { CustomerName } from './ports/erasure.ts';
export type { ExportedColumns, ExportPage, ExportPlace } from './ports/export.ts';
export type { AddedTouches, ImportedTouch, OwnedTouchKey } from './ports/import.ts';
export type { JobPlace, RecordedConversion, RecordedRefund } from './ports/money.ts';
export { buildingJob } from './ports/money.ts';
export { inParts, rowsAtOnce } from './ports/part.ts';
export type * from './ports/report.ts';
export type { AgedTouches } from './ports/retention.ts';
export type { CountedCall, LimitedCall, SharedCalls } from './ports/shared-calls.ts';
export type { KeptEvent, NewDelivery } from './ports/webhook.ts';
export type { CustomerWrite, SettingWrite } from './ports/write.ts';
export type { PoolUse, ReadQueueUse, StoreStatistics } from './statistics.ts';
