import type { ChannelTuple } from '../../domain/channel.ts';
import type { Collection, Page } from '../../domain/collection.ts';
import type { Customer } from '../../domain/customer.ts';
import type { CustomerQuery } from '../../domain/customer-query.ts';
import type { ExportKind } from '../../domain/export.ts';
import type { ImportKey } from '../../domain/import.ts';
import type { AgeLimits } from '../../domain/retention.ts';
import type { Instant } from '../../domain/time.ts';
import type { TimelineEntry } from '../../domain/timeline.ts';
import type { ListedTouch } from '../../domain/touch.ts';
import type { ListedLink } from '../../domain/visitor.ts';
import type { OwnedTouchKey } from '../ports/import.ts';
import type { AgedTouches } from '../ports/retention.ts';
import type { ExportPage, ExportPlace, TouchCounts } from '../store.ts';
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

export function listVisitorLinks(
  readers: Readers,
  organizationId: string,
  customerId: string,
  page: Page,
): Collection<ListedLink> | null {
  const organization = readers.interning.findOrganization(organizationId);
  const customer = organization === null ? null : readers.customers.find(organization, customerId);
  return organization === null || customer === null
    ? null
    : readers.visitors.list(organization, customerId, page);
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

export function readExportPage(
  readers: Readers,
  organizationId: string,
  kind: ExportKind,
  after: ExportPlace | null,
  limit: number,
): ExportPage<ExportKind> {
  return readers.exports.page(readers.interning.organization(organizationId), kind, after, limit);
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

export function findAgedTouches(
  readers: Readers,
  organizationId: string,
  limits: AgeLimits,
  after: OwnedTouchKey | null,
  limit: number,
): AgedTouches {
  return readers.retention.aged(readers.interning.organization(organizationId), limits, after, limit);
}

export function countAgedVisitors(
  { retention, interning }: Readers,
  organizationId: string,
  keptDays: number,
  now: Instant,
): number {
  return retention.agedVisitorCount(interning.organization(organizationId), keptDays, now);
}
