import type { ApiKey } from '../../src/domain/api-key.ts';
import type { OwnAttributionSettings } from '../../src/domain/attribution-settings.ts';
import type { ClickIdKind } from '../../src/domain/click-id.ts';
import type { Collection, Page } from '../../src/domain/collection.ts';
import type { ToldConversion } from '../../src/domain/conversion.ts';
import type { Customer, CustomerFacts } from '../../src/domain/customer.ts';
import type { CustomerQuery } from '../../src/domain/customer-query.ts';
import type { Cause, DomainEvent } from '../../src/domain/event.ts';
import type { Once } from '../../src/domain/idempotency.ts';
import type { Import, ImportKey } from '../../src/domain/import.ts';
import { completeLeadSource, type LeadSource } from '../../src/domain/lead-source.ts';
import type { Organization } from '../../src/domain/organization.ts';
import type { Precondition } from '../../src/domain/precondition.ts';
import type { ToldRefund } from '../../src/domain/refund.ts';
import type { TimelineEntry } from '../../src/domain/timeline.ts';
import type { ListedTouch, TouchKey, TouchOrigin } from '../../src/domain/touch.ts';
import type { WebhookStatus } from '../../src/domain/webhook.ts';
import type {
  AddedTouch,
  AddedTouches,
  ImportedTouch,
  KeptEvent,
  OwnedTouchKey,
  Store,
} from '../../src/storage/store.ts';

export type Facts = Parameters<typeof completeLeadSource>[0];

interface Told {
  readonly givenId: string | null;
  readonly occurredTime: number | null;
  readonly origin: TouchOrigin;
  readonly announces: boolean;
  readonly once: Once;
  readonly importKey: ImportKey;
  readonly sameAs: TouchKey;
}

interface ErasureOptions {
  readonly erasureId?: string;
  readonly newCustomerId?: string;
  readonly hashes?: readonly string[] | null;
}

interface Withdrawal {
  readonly cause?: Cause;
  readonly announces?: boolean;
}

interface Captured {
  readonly occurredTime: number;
  readonly clickIdKind: ClickIdKind | null;
  readonly digest: string;
}

interface SaveOptions {
  readonly facts?: Partial<CustomerFacts>;
  readonly leadSource?: LeadSource | null;
  readonly mustBeNew?: boolean;
}

let roomsMade = 0;
let conversionsMade = 0;

/** An organization of its own in a store, so that tests that share the store do not see each other. */
export class StoreRoom {
  readonly organizationId: string;
  /** The moment of the next write; tests move it. */
  now = Date.UTC(2026, 10, 23);
  actor = 'key_test';
  readonly #store: () => Store;

  private constructor(store: () => Store, organizationId: string) {
    this.#store = store;
    this.organizationId = organizationId;
  }

  static async open(store: () => Store): Promise<StoreRoom> {
    const room = new StoreRoom(store, `org_${++roomsMade}`);
    await store().write('createOrganization', {
      organization: organizationNamed(room.organizationId),
      actor: 'operator',
    });
    return room;
  }

  /** As `open`, and somebody is to be told of what happens there. */
  static async openHeard(store: () => Store): Promise<StoreRoom> {
    const room = await StoreRoom.open(store);
    await room.listen();
    return room;
  }

  /** An organization that is there already. */
  static of(store: () => Store, organizationId: string): StoreRoom {
    return new StoreRoom(store, organizationId);
  }

  /** The same organization through another store on the same database. */
  through(store: () => Store): StoreRoom {
    return new StoreRoom(store, this.organizationId);
  }

  get store(): Store {
    return this.#store();
  }

  put(customerId: string, facts: Facts, precondition: Precondition = {}) {
    const leadSource = completeLeadSource(facts);
    return this.store.write('putLeadSource', { ...this.#write(customerId), leadSource, precondition });
  }

  remove(customerId: string, precondition: Precondition = {}): Promise<null> {
    return this.store.write('deleteLeadSource', { ...this.#write(customerId), precondition });
  }

  add(customerId: string, given: Facts, told: Partial<Told> = {}): Promise<AddedTouch> {
    const whole = { givenId: null, occurredTime: this.now, origin: 'api', announces: true, ...told } as const;
    return this.store.write('addTouch', { ...this.#write(customerId), given, ...whole });
  }

  /** Adds touches of an import together. */
  addAll({ key: importKey }: Import, touches: readonly ImportedTouch[]): Promise<AddedTouches> {
    const { organizationId, actor, now } = this;
    const common = { organizationId, importKey, origin: 'import', announces: true, actor, now } as const;
    return this.store.write('addTouches', { ...common, touches });
  }

  undo(customerId: string, touchId: string): Promise<null> {
    return this.store.write('removeTouch', { ...this.#write(customerId), touchId });
  }

  begin(importId: string): Promise<Import> {
    const { organizationId, actor, now } = this;
    return this.store.write('beginImport', { organizationId, importId, kind: 'lead-sources', actor, now });
  }

  beginUndoing(importId: string, announces = false): Promise<Import> {
    const { organizationId, actor, now } = this;
    return this.store.write('beginUndoing', { organizationId, importId, announces, actor, now });
  }

  async import(importId: string): Promise<Import | null> {
    return this.store.read.import(this.organizationId, importId);
  }

  /** What is there of an import. */
  imported({ key }: Import, limit = 1000): Promise<readonly OwnedTouchKey[]> {
    return this.store.read.importedTouches(this.organizationId, key, limit);
  }

  /** Removes or strips touches of a customer, by their keys. */
  withdraw(
    manner: 'removeTouches' | 'stripTouches',
    customerId: string,
    touchKeys: readonly number[],
    { cause = 'undo', announces = false }: Withdrawal = {},
  ): Promise<{ touches: number }> {
    return this.store.write(manner, { ...this.#write(customerId), touchKeys, cause, announces });
  }

  /** As by a log where hashes are given. */
  erase(
    customerId: string,
    { erasureId = 'era', newCustomerId = 'erased', hashes = null }: ErasureOptions = {},
  ) {
    const { organizationId, actor, now } = this;
    const erasure = { organizationId, customerId, newCustomerId, erasureId, hashes, actor, now };
    return this.store.write('eraseCustomer', erasure);
  }

  /** In pages of one. */
  async forgetGone(): Promise<void> {
    const { organizationId, store } = this;
    for (let after: string | null = null; ; ) {
      const { next }: { next: string | null } = await store.write('forgetGone', {
        ...{ organizationId, after, limit: 1 },
      });
      if (next === null) return;
      after = next;
    }
  }

  save(customerId: string, { facts = {}, leadSource = null, mustBeNew = false }: SaveOptions = {}) {
    const whole = { websiteId: null, customFields: {}, ...facts };
    return this.store.write('saveCustomer', {
      ...this.#write(customerId),
      facts: whole,
      leadSource,
      mustBeNew,
    });
  }

  merge(customerId: string, targetCustomerId: string): Promise<null> {
    return this.store.write('mergeCustomers', { ...this.#write(customerId), targetCustomerId });
  }

  convert(customerId: string, told: Partial<ToldConversion & Pick<Told, 'announces' | 'once'>> = {}) {
    const whole = {
      announces: true,
      conversionId: `cnv_${++conversionsMade}`,
      occurredTime: null,
      amount: 1000,
      currency: 'EUR',
      type: undefined,
      orderId: undefined,
      metadata: undefined,
      ...told,
    };
    return this.store.write('recordConversion', { ...this.#write(customerId), ...whole });
  }

  refund(conversionId: string, told: Partial<ToldRefund & { once: Once }> = {}) {
    const { customerId: _none, ...write } = this.#write('');
    const whole = { refundId: `rfd_${++conversionsMade}`, amount: null, occurredTime: null, ...told };
    return this.store.write('recordRefund', { ...write, conversionId, ...whole });
  }

  /** Puts settings in force for what is credited from now on; the job is left to `buildCredits`. */
  async attribute(content: OwnAttributionSettings | null): Promise<string> {
    const jobId = `job_${++conversionsMade}`;
    const { customerId: _none, ...write } = this.#write('');
    const request = { content, basedOn: null, precondition: {} };
    await this.store.write('putAttributionSettings', { ...write, ...request, jobId });
    return jobId;
  }

  buildCredits(jobId: string, conversions: number) {
    const { organizationId, now } = this;
    return this.store.write('buildCredits', { organizationId, jobId, conversions, now });
  }

  dropCredits(rows: number) {
    return this.store.write('dropCredits', { organizationId: this.organizationId, rows });
  }

  /** Whether it was recorded; `facts` stand for what a page and its referrer say. */
  async capture(visitorId: string, facts: Facts, told: Partial<Captured> = {}): Promise<boolean> {
    const { occurredTime = this.now, clickIdKind = null, digest = JSON.stringify(facts) } = told;
    const hit = { occurredTime, digest };
    const leadSource = completeLeadSource(facts);
    const captured = { ...this.#visitor(visitorId), leadSource, clickIdKind, hit };
    return (await this.store.write('captureTouch', captured)).recorded;
  }

  link(customerId: string, visitorId: string, linkedTime: number | null = this.now) {
    return this.store.write('linkVisitor', { ...this.#visitor(visitorId), customerId, linkedTime });
  }

  eraseVisitor(visitorId: string): Promise<null> {
    return this.store.write('eraseVisitor', this.#visitor(visitorId));
  }

  async expireVisitors(keptDays: number, limit = 1000): Promise<number> {
    const { visitorId: _none, ...place } = this.#visitor('');
    return (await this.store.write('expireVisitors', { ...place, keptDays, limit })).expired;
  }

  /** Null for an unknown customer. */
  async links(customerId: string, page: Page = { limit: 1000, offset: 0 }) {
    return this.store.read.visitorLinks(this.organizationId, customerId, page);
  }

  customer(customerId: string): Promise<Customer | null> {
    return this.store.read.customer(this.organizationId, customerId);
  }

  customers(query: Partial<CustomerQuery> = {}): Promise<Collection<Customer>> {
    const whole = { limit: 1000, offset: 0, filter: [], sort: [], ...query };
    return this.store.read.customers(this.organizationId, whole);
  }

  /** Null for an unknown customer. */
  async touches(customerId: string): Promise<readonly ListedTouch[] | null> {
    const page = { limit: 1000, offset: 0 };
    const touches = await this.store.read.touches(this.organizationId, customerId, page);
    return touches?.items ?? null;
  }

  /** Null for an unknown customer. */
  timeline(
    customerId: string,
    page: Page = { limit: 1000, offset: 0 },
  ): Promise<Collection<TimelineEntry> | null> {
    return this.store.read.timeline(this.organizationId, customerId, page);
  }

  /** The source of each touch, oldest first. */
  async sources(customerId: string): Promise<readonly (string | null)[]> {
    return ((await this.touches(customerId)) ?? []).map(({ touch }) => touch.leadSource.source);
  }

  /** From now on there is somebody to be told of what happens, or nobody any more. Nothing reaches the address. */
  async listen(status: WebhookStatus = 'active'): Promise<void> {
    const { organizationId, actor, now } = this;
    const request = { status, url: 'https://127.0.0.1/', eventsFilter: [], headers: [] };
    const webhook = { webhookId: 'listener', request, secret: 'whsec_MQ==', mustBeNew: false };
    await this.store.write('saveWebhook', { organizationId, actor, now, ...webhook });
  }

  keptEvents(limit = 10_000): Promise<readonly KeptEvent[]> {
    return this.store.read.events(this.organizationId, limit);
  }

  async events(): Promise<readonly DomainEvent[]> {
    return (await this.keptEvents()).map(({ event }) => event);
  }

  #visitor(visitorId: string) {
    return { organizationId: this.organizationId, visitorId, actor: this.actor, now: this.now };
  }

  #write(customerId: string) {
    return { organizationId: this.organizationId, customerId, actor: this.actor, now: this.now };
  }
}

export function organizationNamed(id: string, members: Partial<Organization> = {}): Organization {
  const time = Date.UTC(2026, 0, 1);
  return {
    id,
    name: null,
    environment: 'live',
    rateLimit: null,
    createdTime: time,
    updatedTime: time,
    ...members,
  };
}

export function apiKeyNamed(id: string, organizationId: string, members: Partial<ApiKey> = {}): ApiKey {
  const time = Date.UTC(2026, 0, 1);
  return {
    id,
    organizationId,
    type: 'secret',
    description: null,
    acl: ['*'],
    allowedIps: [],
    allowedOrigins: [],
    expiresTime: null,
    lastUsedTime: null,
    createdTime: time,
    updatedTime: time,
    ...members,
  };
}
