import type { Collection, Page } from '../../domain/collection.ts';
import type { Customer } from '../../domain/customer.ts';
import type { CustomerQuery } from '../../domain/customer-query.ts';
import { type ListedTouch, positionOf } from '../../domain/touch.ts';
import { countOf, customersMatching, pageOf } from '../customer-query.ts';
import { parameter } from '../parameter.ts';
import type { AffiliateReads } from '../ports/affiliate.ts';
import type { HeldReads } from '../ports/customer-export.ts';
import type { ErasureReads } from '../ports/erasure.ts';
import type { ImportReads } from '../ports/import.ts';
import type { MoneyReads } from '../ports/money.ts';
import type { ReportReads } from '../ports/report.ts';
import type { RetentionReads } from '../ports/retention.ts';
import type { SettingVersionReads } from '../ports/setting-version.ts';
import { apiKeyReads } from '../queries/api-key.ts';
import { organizationReads } from '../queries/organization.ts';
import { settingChangeReads } from '../queries/setting-change.ts';
import { signingKeyReads } from '../queries/signing-key.ts';
import { apiKeyOf, apiKeyWithOrganizationOf } from '../rows/api-key.ts';
import { organizationOf } from '../rows/organization.ts';
import { settingChangeOf } from '../rows/setting-change.ts';
import { signingKeyOf } from '../rows/signing-key.ts';
import type { Reads } from '../store.ts';
import { createAffiliateReads } from './affiliate.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import { customerStatements, customersOf } from './customer.ts';
import { createHeldReads } from './customer-export.ts';
import { createErasureReads } from './erasure.ts';
import { readExportPage } from './export.ts';
import { createAnswerReads } from './idempotency.ts';
import { createImportReads } from './import.ts';
import { createMoneyReads } from './money-reads.ts';
import type { Names } from './names.ts';
import { query, statementsOf } from './query.ts';
import { createReportReads } from './report.ts';
import { createRetentionReads } from './retention.ts';
import { createSettingVersionReads } from './setting-version-reads.ts';
import { passingStatement } from './statement.ts';
import { listTimeline } from './timeline.ts';
import { knownTouchOf, touchStatements } from './touch.ts';
import { countTouches, findTuples } from './touch-count.ts';
import { listVisitorLinks } from './visitor.ts';
import { ofNoOrganization, ofOrganizations, ofSecret, ofSigningKeys } from './wall.ts';
import { createWebhookReads, type WebhookReads } from './webhook-reads.ts';

const apiKeys = statementsOf({
  ...apiKeyReads(query),
  findBySecret: apiKeyReads(query).findBySecret.where(
    'api_keys.organization_id',
    '=',
    parameter<number>('organizationId'),
  ),
  organizationOfSecret: query
    .selectFrom('api_keys')
    .select('organization_id')
    .where('secret_hash', '=', parameter<Uint8Array>('secretHash')),
});
const organizations = statementsOf(organizationReads(query));
const settingChanges = statementsOf(settingChangeReads(query));
const signingKeys = statementsOf(signingKeyReads(query));
/** Connections for quick reads, for lists and histories, and for reports. */
export interface ReadPools {
  readonly reading: Connections;
  readonly listing: Connections;
  readonly reporting: Connections;
}

/** The port's reads, each on one snapshot. */
export function createReads({ reading: connections, listing, reporting }: ReadPools, names: Names): Reads {
  return {
    ...customerReads(connections, listing, names),
    ...channelReads(listing, names),
    ...createSettingVersionReads(connections, names),
    ...createAnswerReads(connections, listing, names),
    ...settingReads(connections, names),
    ...createErasureReads(listing, names),
    ...createHeldReads(listing, names),
    ...createAffiliateReads(reporting, names),
    ...createReportReads(reporting, names),
    ...createMoneyReads(connections, listing, names),
    ...createImportReads(connections, listing, names),
    ...createRetentionReads(listing, names),
    ...createWebhookReads(connections, listing, names),
  };
}

function customerReads(
  connections: Connections,
  listing: Connections,
  names: Names,
): Pick<Reads, 'customer' | 'customers' | 'touches' | 'touchesByGivenId' | 'visitorLinks' | 'timeline'> {
  return {
    customer: answering(async (organizationId, customerId) => {
      const organization = await names.findOrganization(organizationId);
      if (organization === null) return null;
      const place = { organizationId: organization, customerId };
      return (
        customersOf(
          await connections.read(ofOrganizations(organization), customerStatements.one, place),
        )[0] ?? null
      );
    }),
    customers: answering(async (organizationId, collection) => {
      const organization = await names.findOrganization(organizationId);
      return organization === null
        ? { items: [], total: 0 }
        : listCustomers(listing, organization, collection);
    }),
    touches: answering(async (organizationId, customerId, page) => {
      const organization = await names.findOrganization(organizationId);
      return organization === null ? null : listTouches(listing, organization, customerId, page);
    }),
    touchesByGivenId: answering(async (publicId, givenIds) => {
      const organizationId = await names.organization(publicId);
      const asked = { organizationId, givenIds };
      const rows = await connections.read(ofOrganizations(organizationId), touchStatements.given, asked);
      return rows.map(knownTouchOf);
    }),
    visitorLinks: answering(async (organizationId, customerId, page) => {
      const organization = await names.findOrganization(organizationId);
      return organization === null ? null : listVisitorLinks(listing, organization, customerId, page);
    }),
    timeline: answering(async (organizationId, customerId, page) => {
      const organization = await names.findOrganization(organizationId);
      if (organization === null) return null;
      const place = { organizationId: organization, customerId };
      return listing.snapshot(ofOrganizations(organization), async (session) => {
        const [customer] = customersOf(await session.all(customerStatements.one, place));
        return customer === undefined ? null : listTimeline(session, organization, customer, page);
      });
    }),
  };
}

function channelReads(
  listing: Connections,
  names: Names,
): Pick<Reads, 'touchCounts' | 'tuples' | 'exportPage'> {
  return {
    touchCounts: answering(async (organizationId, since) =>
      countTouches(listing, await names.organization(organizationId), since),
    ),
    tuples: answering(async (organizationId, keys) =>
      findTuples(listing, await names.organization(organizationId), keys),
    ),
    exportPage: answering(async (organizationId, kind, after, limit) =>
      readExportPage(listing, await names.organization(organizationId), kind, after, limit),
    ),
  };
}

function listCustomers(
  connections: Connections,
  organizationId: number,
  collection: CustomerQuery,
): Promise<Collection<Customer>> {
  // It holds for all rows: stating it allows the use of the index for lists, which is hidden from other queries.
  const matching = customersMatching(query, organizationId, collection.filter).where(
    'customers.created_time',
    '>=',
    0,
  );
  // Filters produce too many different texts to prepare them all.
  const page = passingStatement(pageOf(matching, collection).compile());
  const counting = passingStatement(countOf(matching).compile());
  return connections.snapshot(ofOrganizations(organizationId), async (session) => {
    const [rows, [counted]] = await Promise.all([session.all(page, {}), session.all(counting, {})]);
    const customerIds = rows.map((row) => row.customer_id);
    const joined = await session.all(customerStatements.several, { organizationId, customerIds });
    const byId = new Map(customersOf(joined).map((customer) => [customer.id, customer]));
    const items = customerIds.map((id) => byId.get(id)).filter((customer) => customer !== undefined);
    return { items, total: counted?.total ?? 0 };
  });
}

function listTouches(
  connections: Connections,
  organizationId: number,
  customerId: string,
  { limit, offset }: Page,
): Promise<Collection<ListedTouch> | null> {
  const place = { organizationId, customerId };
  return connections.snapshot(ofOrganizations(organizationId), async (session) => {
    const [customers, rows, counted] = await Promise.all([
      session.all(customerStatements.one, place),
      session.all(touchStatements.list, { ...place, limit, offset }),
      session.get(touchStatements.count, place),
    ]);
    const [customer] = customersOf(customers);
    if (customer === undefined) return null;
    if (customer.leadSource === null) return { items: [], total: 0 };
    const { original, current } = customer.leadSource;
    const items = rows.map((row) => ({
      ...knownTouchOf(row),
      position: positionOf(row.touch_key, original.key, current.key),
      clickIdKind: row.clickIdKind,
      referrerHost: row.referrerHost,
    }));
    return { items, total: counted?.total ?? 0 };
  });
}

type SettingReads = Omit<
  Reads,
  | 'customer'
  | 'customers'
  | 'touches'
  | 'touchesByGivenId'
  | 'visitorLinks'
  | 'timeline'
  | 'outputOnce'
  | 'answerOrganizations'
  | keyof ErasureReads
  | keyof HeldReads
  | keyof ImportReads
  | keyof RetentionReads
  | keyof SettingVersionReads
  | keyof WebhookReads
  | keyof AffiliateReads
  | keyof ReportReads
  | keyof MoneyReads
  | keyof ReturnType<typeof channelReads>
>;

function settingReads(connections: Connections, names: Names): SettingReads {
  return {
    organization: answering(async (publicId) => {
      const [row] = await connections.read(ofNoOrganization, organizations.find, { publicId });
      return row === undefined ? null : organizationOf(row);
    }),
    organizations: answering(async () =>
      (await connections.read(ofNoOrganization, organizations.list, {})).map(organizationOf),
    ),
    apiKeyBySecret: answering(async (secretHash) => {
      // The owner comes first: everything else about the key is within reach of its organization only.
      const row = await connections.lookUp(ofSecret(secretHash), async (session) => {
        const holder = await session.get(apiKeys.organizationOfSecret, { secretHash });
        if (holder === undefined) return undefined;
        const { organization_id: organizationId } = holder;
        session.enter(ofOrganizations(organizationId));
        return session.get(apiKeys.findBySecret, { organizationId, secretHash });
      });
      return row === undefined ? null : apiKeyWithOrganizationOf(row);
    }),
    apiKey: answering(async (organizationId, keyId) => {
      const organization = await names.findOrganization(organizationId);
      if (organization === null) return null;
      const [row] = await connections.read(ofOrganizations(organization), apiKeys.find, {
        organizationId: organization,
        keyId,
      });
      return row === undefined ? null : apiKeyOf(row);
    }),
    apiKeys: answering(async (publicId, page) => {
      const place = { organizationId: await names.organization(publicId) };
      return connections.snapshot(ofOrganizations(place.organizationId), async (session) => {
        const rows = session.all(apiKeys.list, { ...place, ...limitsOf(page) });
        const [all, counted] = await Promise.all([rows, session.get(apiKeys.count, place)]);
        return { items: all.map(apiKeyOf), total: counted?.total ?? 0 };
      });
    }),
    settingChanges: answering(async (publicId, page) => {
      const place = { organizationId: await names.organization(publicId) };
      return connections.snapshot(ofOrganizations(place.organizationId), async (session) => {
        const rows = session.all(settingChanges.list, { ...place, ...limitsOf(page) });
        const [all, counted] = await Promise.all([rows, session.get(settingChanges.count, place)]);
        return { items: all.map(settingChangeOf), total: counted?.total ?? 0 };
      });
    }),
    signingKeys: answering(async () =>
      (await connections.read(ofSigningKeys, signingKeys.newest, {})).map(signingKeyOf),
    ),
  };
}

function limitsOf({ limit, offset }: Page) {
  return { limit, offset };
}
