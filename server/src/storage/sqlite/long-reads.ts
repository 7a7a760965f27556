import type { Reads } from '../store.ts';
import { longAffiliateReads } from './long-affiliate-reads.ts';
import { longReportReads } from './long-report-reads.ts';
import type { Readers, ReadOn } from './readers.ts';

/** The reads of the port that may take long, as the threads for them run them. */
export const longReads = {
  ...longAffiliateReads,
  ...longReportReads,
  customers({ interning, customers }, organizationId, query) {
    const organization = interning.findOrganization(organizationId);
    return organization === null ? { items: [], total: 0 } : customers.list(organization, query);
  },
  touches(readers, organizationId, customerId, page) {
    const found = findCustomer(readers, organizationId, customerId);
    if (found === null) return null;
    const { organization, customer } = found;
    if (customer.leadSource === null) return { items: [], total: 0 };
    const { original, current } = customer.leadSource;
    const ends = { original: original.key, current: current.key };
    return readers.touches.list(organization, customerId, ends, page);
  },
  touchesByGivenId: ({ touches, interning }, organizationId, givenIds) =>
    Array.from(
      touches.findAllGiven(interning.organization(organizationId), givenIds),
      ([givenId, { touch }]) => ({ givenId, touch }),
    ),
  timeline(readers, organizationId, customerId, page) {
    const found = findCustomer(readers, organizationId, customerId);
    return found === null ? null : readers.timelines.list(found.organization, found.customer, page);
  },
  visitorLinks(readers, organizationId, customerId, page) {
    const found = findCustomer(readers, organizationId, customerId);
    return found === null ? null : readers.visitors.list(found.organization, customerId, page);
  },
  touchCounts: ({ touches, interning }, organizationId, since) =>
    touches.counts(interning.organization(organizationId), since),
  tuples: ({ touches, interning }, organizationId, keys) =>
    touches.tuples(interning.organization(organizationId), keys),
  exportPage: ({ exports, interning }, organizationId, kind, after, limit) =>
    exports.page(interning.organization(organizationId), kind, after, limit),
  heldPage: ({ held, interning }, organizationId, customerId, kind, after, limit) =>
    held.page({ organizationId: interning.organization(organizationId), customerId }, kind, after, limit),
  imports: ({ imports, interning }, organizationId, page) =>
    imports.list(interning.organization(organizationId), page),
  importedTouches: ({ imports, interning }, organizationId, importKey, limit) =>
    imports.touches(interning.organization(organizationId), importKey, limit),
  importedTouchCount: ({ imports, interning }, organizationId, importKey) =>
    imports.touchCount(interning.organization(organizationId), importKey),
  agedTouches: ({ retention, interning }, organizationId, limits, after, limit) =>
    retention.aged(interning.organization(organizationId), limits, after, limit),
  agedVisitorCount: ({ retention, interning }, organizationId, keptDays, now) =>
    retention.agedVisitorCount(interning.organization(organizationId), keptDays, now),
  apiKeys: ({ apiKeys, interning }, organizationId, page) =>
    apiKeys.list(interning.organization(organizationId), page),
  settingChanges: ({ settingChanges, interning }, organizationId, page) =>
    settingChanges.list(interning.organization(organizationId), page),
  conversions: ({ conversions, interning }, organizationId, query) =>
    conversions.list(interning.organization(organizationId), query),
  // Going from one job to the next reads the whole of it, with its result.
  jobPlaces: ({ jobs, interning }, organizationId, page) =>
    jobs.list(interning.organization(organizationId), page),
  spend: ({ spend, interning }, organizationId, query) =>
    spend.list(interning.organization(organizationId), query),
  webhookDeliveries: ({ webhookDeliveries, interning }, organizationId, page) =>
    webhookDeliveries.list(interning.organization(organizationId), page),
} satisfies { readonly [Kind in keyof Reads]?: ReadOn<Kind> };

export type LongRead = keyof typeof longReads;

function findCustomer({ interning, customers }: Readers, organizationId: string, customerId: string) {
  const organization = interning.findOrganization(organizationId);
  const customer = organization === null ? null : customers.find(organization, customerId);
  return organization === null || customer === null ? null : { organization, customer };
}
