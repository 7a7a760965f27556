import type { ApiKey, ApiKeyRequest } from '../domain/api-key.ts';
import type { ChannelTuple } from '../domain/channel.ts';
import type { Collection, Page } from '../domain/collection.ts';
import type { Customer, CustomerFacts } from '../domain/customer.ts';
import type { CustomerQuery } from '../domain/customer-query.ts';
import type { DomainEvent, OutboxState } from '../domain/event.ts';
import type { Once } from '../domain/idempotency.ts';
import type { ImportKey } from '../domain/import.ts';
import type { LeadSource } from '../domain/lead-source.ts';
import type { Organization, OrganizationChange } from '../domain/organization.ts';
import type { Permission } from '../domain/permission.ts';
import type { Precondition } from '../domain/precondition.ts';
import type { SettingChange } from '../domain/setting-change.ts';
import type { SettingName, SettingRequest, SettingVersion } from '../domain/setting-version.ts';
import type { SigningKey } from '../domain/signing-key.ts';
import type { Instant } from '../domain/time.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import type { KnownTouch, ListedTouch, PlacedTouch, TouchKey } from '../domain/touch.ts';
import type { ToldTouch } from '../domain/touch-change.ts';
import type { Webhook, WebhookRequest } from '../domain/webhook.ts';
import type { Attempt, WebhookDelivery } from '../domain/webhook-delivery.ts';
import type { ReadsOfNouns, WritesOfNouns } from './ports/nouns.ts';
import type { SharedCalls } from './ports/shared-calls.ts';
import type { StoreStatistics } from './statistics.ts';

/**
 * The port: all that the rooms above know of storage. Each engine implements it and is held to it by one contract
 * suite. Expected failures are `Failure`s of the domain; `unavailable` means that the engine could not be asked.
 */
export interface Store extends AsyncDisposable {
  readonly read: Reads;
  /** Counts calls for every process on the database; null where no other process can serve it. */
  readonly sharedCalls: SharedCalls | null;
  /**
   * Runs one write in a transaction, perhaps with others that wait, and answers once it is durable. A `Failure` from
   * the domain's rules rejects the promise and leaves nothing of this write behind.
   */
  write<Kind extends WriteKind>(kind: Kind, input: WriteInput<Kind>): Promise<WriteOutput<Kind>>;
  /** Called after each commit. */
  onCommit(listener: (commit: Commit) => void): void;
  statistics(): StoreStatistics;
  /** Answers if the engine can be asked and takes writes, else fails with `unavailable`. Keeps nothing. */
  probe(): Promise<void>;
  /** Ends what may take long, as nobody waits for it any more: it fails with `unavailable`, and so do most later calls. */
  breakOff(): void;
}

/** What is read outside any write. Nothing here can change anything. */
export interface Reads extends ReadsOfNouns {
  /** Null where nobody has heard of the customer, or where the id is an alias. */
  customer(organizationId: string, customerId: string): Promise<Customer | null>;
  customers(organizationId: string, query: CustomerQuery): Promise<Collection<Customer>>;
  /** A customer's touches by time; null where nobody has heard of the customer, or where the id is an alias. */
  touches(organizationId: string, customerId: string, page: Page): Promise<Collection<ListedTouch> | null>;
  /** How many touches share each tuple since a moment, those of unlinked visitors included. */
  touchCounts(organizationId: string, since: Instant): Promise<TouchCounts>;
  /** The tuples of these keys, in their order. */
  tuples(organizationId: string, keys: readonly number[]): Promise<readonly ChannelTuple[]>;
  /** The version in force where none is named; null where it was never made. */
  channelRules(
    organizationId: string,
    version: number | null,
  ): Promise<SettingVersion<'channel-rules'> | null>;
  /** As `channelRules`. */
  landingSettings(
    organizationId: string,
    version: number | null,
  ): Promise<SettingVersion<'landing-settings'> | null>;
  /** As `channelRules`. */
  affiliateSettings(
    organizationId: string,
    version: number | null,
  ): Promise<SettingVersion<'affiliate-settings'> | null>;
  /** What happened to a customer, the newest first; null where nobody has heard of it, or where the id is an alias. */
  timeline(organizationId: string, customerId: string, page: Page): Promise<Collection<TimelineEntry> | null>;
  organization(organizationId: string): Promise<Organization | null>;
  organizations(): Promise<readonly Organization[]>;
  apiKeyBySecret(secretHash: Uint8Array): Promise<{ key: ApiKey; organization: Organization } | null>;
  apiKey(organizationId: string, keyId: string): Promise<ApiKey | null>;
  apiKeys(organizationId: string, page: Page): Promise<Collection<ApiKey>>;
  /** Who changed which setting, the newest first. */
  settingChanges(organizationId: string, page: Page): Promise<Collection<SettingChange>>;
  /** Newest first. */
  signingKeys(): Promise<readonly SigningKey[]>;
  /** The oldest events that nobody pruned, oldest first. What happens while no webhook is active leaves none. */
  events(organizationId: string, limit: number): Promise<readonly KeptEvent[]>;
  outbox(organizationId: string): Promise<OutboxState>;
  /** Those of a customer's touches, or of the customer's it stands for, that have these keys and are still there. */
  touchesByKey(
    organizationId: string,
    customerId: string,
    keys: readonly TouchKey[],
  ): Promise<readonly KnownTouch[]>;
  webhook(organizationId: string, webhookId: string): Promise<Webhook | null>;
  /** Newest first. */
  webhooks(organizationId: string, page: Page): Promise<Collection<Webhook>>;
  activeWebhooks(organizationId: string): Promise<readonly Webhook[]>;
  /** All organizations that have a webhook, active or not. */
  webhookOrganizations(): Promise<readonly string[]>;
  webhookDelivery(organizationId: string, deliveryId: string): Promise<WebhookDelivery | null>;
  /** Newest first. */
  webhookDeliveries(organizationId: string, page: Page): Promise<Collection<WebhookDelivery>>;
  /** Of one webhook, those that have waited longest first. */
  dueDeliveries(
    organizationId: string,
    webhookId: string,
    now: Instant,
    limit: number,
  ): Promise<readonly WebhookDelivery[]>;
}

/** Side by side, so that many are handed over at little cost; those that most touches share come first. */
export interface TouchCounts {
  readonly tupleKeys: Float64Array;
  readonly touches: Float64Array;
}

export interface KeptEvent {
  readonly key: number;
  readonly event: DomainEvent;
}

/** An event for a webhook that wants it, due `now`. */
export interface NewDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly kept: KeptEvent;
  readonly now: Instant;
}

/** Every write, as the function it is: what goes in, what comes out. */
export interface Writes extends WritesOfNouns {
  putLeadSource(input: CustomerWrite & { leadSource: LeadSource; precondition: Precondition }): {
    customer: Customer;
    /** Whether there was no lead source before. */
    created: boolean;
  };
  deleteLeadSource(input: CustomerWrite & { precondition: Precondition }): null;
  /**
   * Fails with `conflict` where the id that it is given is another touch's or its import is being undone, `invalid` for a
   * moment ahead.
   */
  addTouch(input: CustomerWrite & ToldTouch & { importKey?: ImportKey }): AddedTouch;
  /** By its public id. Fails with `not-found`. */
  removeTouch(input: CustomerWrite & { touchId: string }): null;
  /** `mustBeNew` fails with `conflict` where the id is taken, also as an alias. */
  saveCustomer(
    input: CustomerWrite & { facts: CustomerFacts; leadSource: LeadSource | null; mustBeNew: boolean },
  ): { customer: Customer; created: boolean };
  /** `customerId` is merged into `targetCustomerId`. Fails with `not-found`, or `invalid` for one customer twice. */
  mergeCustomers(input: CustomerWrite & { targetCustomerId: string }): null;
  /** Fails with `conflict` where the id is taken. */
  createOrganization(input: { organization: Organization; actor: string }): null;
  /** Fails with `not-found`. */
  changeOrganization(input: {
    organizationId: string;
    change: OrganizationChange;
    actor: string;
    now: Instant;
  }): Organization;
  /** The first organization with its key, unless there is any organization: answers whether it was made. */
  initialize(input: { organization: Organization; key: ApiKey; secretHash: Uint8Array }): {
    initialized: boolean;
  };
  /** Fails with `conflict` where the id or the secret is taken. */
  createApiKey(input: { key: ApiKey; secretHash: Uint8Array; actor: string }): null;
  /** `permissions` are the changer's. Fails with `not-found`, and with `forbidden` where they do not suffice. */
  changeApiKey(input: ApiKeyPlace & { request: ApiKeyRequest; permissions: readonly Permission[] }): ApiKey;
  /** Fails with `not-found`. */
  deleteApiKey(input: ApiKeyPlace): null;
  noteApiKeyUse(input: { organizationId: string; keyId: string; usedTime: Instant }): null;
  /** Keeps who minted a token for whom. Fails with `not-found`. */
  noteMintedToken(input: { organizationId: string; subject: string; actor: string; now: Instant }): null;
  /** Keeps the key unless there is one already; answers the one in force. */
  ensureSigningKey(input: { key: SigningKey }): SigningKey;
  /** Makes a version unless nothing changes; answers the one in force. Fails with `conflict`, `precondition-failed`. */
  putChannelRules(input: SettingWrite<'channel-rules'>): SettingVersion<'channel-rules'>;
  /** As `putChannelRules`. */
  putLandingSettings(input: SettingWrite<'landing-settings'>): SettingVersion<'landing-settings'>;
  /** As `putChannelRules`. */
  putAffiliateSettings(input: SettingWrite<'affiliate-settings'>): SettingVersion<'affiliate-settings'>;
  /**
   * Makes a webhook, or writes it anew; `secret` is for a new one. Fails with `conflict` where it must be new and is
   * not, `invalid` where too many are active. What waits for one that is inactive is given up. Once it answers, each
   * commit leaves its events to an active one.
   */
  saveWebhook(input: WebhookPlace & { request: WebhookRequest; secret: string; mustBeNew: boolean }): {
    webhook: Webhook;
    created: boolean;
  };
  /** Fails with `not-found`. */
  rotateWebhookSecret(input: WebhookPlace & { secret: string }): Webhook;
  /** Removes a webhook with its deliveries. Fails with `not-found`. */
  deleteWebhook(input: WebhookPlace): null;
  /**
   * Puts the deliveries to webhooks that are active in the place of the events up to and with `upToKey`, each but once for
   * an event and a webhook: both or neither. An event that is there no more, since its customer was erased, leaves none.
   */
  keepDeliveries(input: {
    organizationId: string;
    deliveries: readonly NewDelivery[];
    upToKey: number;
  }): null;
  /** Keeps how an attempt ended, which may make the webhook inactive. Null where there is no such delivery any more. */
  noteAttempt(input: {
    organizationId: string;
    deliveryId: string;
    attempt: Attempt;
    now: Instant;
    jitter: number;
  }): WebhookDelivery | null;
  /** Lets a delivery be made once more. Fails with `not-found`, or `conflict` where its webhook is inactive. */
  resendDelivery(input: { organizationId: string; deliveryId: string; now: Instant }): null;
  /** Drops the deliveries with ids before `beforeId` for which no attempt is due. */
  pruneDeliveries(input: { organizationId: string; beforeId: string }): null;
  /** Forgets the answers to requests of before that were to be done once. */
  pruneAnswers(input: { organizationId: string; before: Instant }): null;
  /** Drops the events up to and with `upToKey`; null drops all. */
  pruneEvents(input: { organizationId: string; upToKey: number | null }): null;
  /**
   * Claims the reading of an organization's events until `until`, unless another holder's claim lasts beyond `now`.
   * A holder may claim again what it holds.
   */
  claimOutbox(input: OutboxPlace & { now: Instant; until: Instant }): { claimed: boolean };
  /** Ends the holder's claim before its time; does nothing to another's. */
  releaseOutbox(input: OutboxPlace): null;
}

export interface SettingWrite<Name extends SettingName> extends SettingRequest<Name> {
  readonly organizationId: string;
  readonly actor: string;
  readonly now: Instant;
}

interface OutboxPlace {
  readonly organizationId: string;
  /** Names the process that reads. */
  readonly holder: string;
}

interface WebhookPlace {
  readonly organizationId: string;
  readonly webhookId: string;
  readonly actor: string;
  readonly now: Instant;
}

interface ApiKeyPlace {
  readonly organizationId: string;
  readonly keyId: string;
  readonly actor: string;
  readonly now: Instant;
}

export interface AddedTouch extends PlacedTouch {
  /** The customer that has it: another than was named where that one was merged away. */
  readonly customerId: string;
  /** False where the same was told before under its id. */
  readonly added: boolean;
}

export interface CustomerWrite {
  /** Given where the write is to be done once: done again, it answers as it did. Not for writes that answer null. */
  readonly once?: Once | undefined;
  readonly organizationId: string;
  readonly customerId: string;
  readonly actor: string;
  readonly now: Instant;
}

export type WriteKind = keyof Writes;
export type WriteInput<Kind extends WriteKind> = Parameters<Writes[Kind]>[0];
export type WriteOutput<Kind extends WriteKind> = ReturnType<Writes[Kind]>;

/** A transaction that was made durable. */
export interface Commit {
  /** The writes that shared it, those that were refused by a rule of the domain included. */
  readonly writes: number;
  /** Those to whom it left events: none of an organization that has no active webhook. */
  readonly organizationIds: readonly string[];
  /** From the beginning of the transaction to its durability. */
  readonly seconds: number;
}

export { erasedNameHash } from './erased-name.ts';
export type { AffiliateAccount, AffiliateClick } from './ports/affiliate.ts';
export type { HeldPlace, HeldRow } from './ports/customer-export.ts';
export type { CustomerName } from './ports/erasure.ts';
export type { ExportedColumns, ExportPage, ExportPlace } from './ports/export.ts';
export type { AddedTouches, ImportedTouch, OwnedTouchKey } from './ports/import.ts';
export type { RecordedConversion, RecordedRefund } from './ports/money.ts';
export { buildingJob } from './ports/money.ts';
export type * from './ports/report.ts';
export type { AgedTouches } from './ports/retention.ts';
export type { CountedCall, LimitedCall, SharedCalls } from './ports/shared-calls.ts';
export type { PoolUse, ReadQueueUse, StoreStatistics } from './statistics.ts';
