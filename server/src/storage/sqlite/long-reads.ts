import type { ChannelTuple } from '../../domain/channel.ts';
import type { Collection, Page } from '../../domain/collection.ts';
import type { Customer } from '../../domain/customer.ts';
import type { CustomerQuery } from '../../domain/customer-query.ts';
import type { ImportKey } from '../../domain/import.ts';
import type { Instant } from '../../domain/time.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import type { ListedTouch } from '../../domain/touch.ts';
import type { OwnedTouchKey } from '../ports/import.ts';
import type { TouchCounts } from '../store.ts';
import type { Readers } from './readers.ts';

export function listCustomers(
  readers: Readers,
  organizationId: string,
  query: CustomerQuery,
): Collection<Customer> {
  const organization = readers.interning.findOrganization(organizationId);
  return organization === null ? { items: [], total: 0 } : readers.customers.list(organization, query);
}

export function listTouches(
  readers: Readers,
  organizationId: string,
  customerId: string,
  page: Page,
): Collection<ListedTouch> | null {
  const organization = readers.interning.findOrganization(organizationId);
  const customer = organization === null ? null : readers.customers.find(organization, customerId);
  if (organization === null || customer === null) return null;
  if (customer.leadSource === null) return { items: [], total: 0 };
  const { original, current } = customer.leadSource;
  return readers.touches.list(
    organization,
    customerId,
    { original: original.key, current: current.key },
    page,
  );
}

export function listTimeline(
  readers: Readers,
  organizationId: string,
  customerId: string,
  page: Page,
): Collection<TimelineEntry> | null {
  const organization = readers.interning.findOrganization(organizationId);
  const customer = organization === null ? null : readers.customers.find(organization, customerId);
  return organization === null || customer === null
    ? null
    : readers.timelines.list(organization, customer, page);
}

export function countTouches(readers: Readers, organizationId: string, since: Instant): TouchCounts {
  return readers.touches.counts(readers.interning.organization(organizationId), since);
}

export function findTuples(
  readers: Readers,
  organizationId: string,
  keys: readonly number[],
): readonly ChannelTuple[] {
  return readers.touches.tuples(readers.interning.organization(organizationId), keys);
}

export function findImportedTouches(
  readers: Readers,
  organizationId: string,
  importKey: ImportKey,
  limit: number,
): readonly OwnedTouchKey[] {
  return readers.imports.touches(readers.interning.organization(organizationId), importKey, limit);
}

export function countImportedTouches(readers: Readers, organizationId: string, importKey: ImportKey): number {
  return readers.imports.touchCount(readers.interning.organization(organizationId), importKey);
}
