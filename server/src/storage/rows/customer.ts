import type { Customer, CustomerLeadSource, CustomFields } from '../../domain/customer.ts';
import { parseKeptJson } from '../../domain/strict-json.ts';
import type { Instant } from '../../domain/time.ts';
import type { Touch, TouchKey } from '../../domain/touch.ts';
import type { CustomerRow } from '../schema.ts';
import { UnreadTouch } from '../unread-touch.ts';

/** A customer from its row; `touch` finds the touches that the row names. */
export function customerOf(row: CustomerRow, touch: (key: TouchKey) => Touch): Customer {
  return {
    id: row.customer_id,
    websiteId: row.website_id,
    customFields: row.custom_fields === null ? {} : customFieldsOf(row.custom_fields),
    revision: row.revision,
    createdTime: row.created_time,
    updatedTime: row.updated_time,
    leadSourceRevision: row.lead_source_revision,
    leadSource: leadSourceOf(row, touch),
    conversionTimes: conversionTimesOf(row),
  };
}

function conversionTimesOf({ first_conversion_time: first, latest_conversion_time: latest }: CustomerRow) {
  return first === null || latest === null ? null : { first, latest };
}

function leadSourceOf(row: CustomerRow, touch: (key: TouchKey) => Touch): CustomerLeadSource | null {
  const { original_touch_key: originalKey, current_touch_key: currentKey } = row;
  if (originalKey === null || currentKey === null) return null;
  const current = touch(currentKey);
  const original = originalKey === currentKey ? current : touch(originalKey);
  return {
    original,
    current,
    latestOccurredTime: row.latest_occurred_time ?? current.occurredTime,
    createdTime: row.lead_source_created_time ?? original.occurredTime,
    updatedTime: row.lead_source_updated_time ?? current.occurredTime,
  };
}

function customFieldsOf(text: string): CustomFields {
  return parseKeptJson(text) as CustomFields;
}

/**
 * A time that equals that of a named touch is left null, as it is for most customers. `latestOccurredTime` is always stored,
 * so that a later touch can be added without reading earlier ones.
 */
function timesOf(leadSource: CustomerLeadSource | null) {
  const unless = (time: Instant | undefined, told: Instant | null) =>
    time === undefined || time === told ? null : time;
  return {
    lead_source_created_time: unless(leadSource?.createdTime, timeToldBy(leadSource?.original)),
    lead_source_updated_time: unless(leadSource?.updatedTime, timeToldBy(leadSource?.current)),
    latest_occurred_time: leadSource?.latestOccurredTime ?? null,
  };
}

/** Null if nothing has read the touch: then its time was not needed and is not known here. */
function timeToldBy(touch: Touch | undefined): Instant | null {
  return touch === undefined || (touch instanceof UnreadTouch && !touch.isRead) ? null : touch.occurredTime;
}

/** Whether the row says everything about the customer without reading its touches. */
export function isWhole(row: CustomerRow): boolean {
  return (
    row.original_touch_key === null ||
    (row.lead_source_created_time !== null &&
      row.lead_source_updated_time !== null &&
      row.latest_occurred_time !== null)
  );
}

/** Null if there are none, as for most customers. */
function textOf(customFields: CustomFields): string | null {
  for (const _name in customFields) return JSON.stringify(customFields);
  return null;
}

export function customerRowOf(organizationId: number, customer: Customer): CustomerRow {
  const { leadSource } = customer;
  return {
    organization_id: organizationId,
    customer_id: customer.id,
    website_id: customer.websiteId,
    custom_fields: textOf(customer.customFields),
    revision: customer.revision,
    created_time: customer.createdTime,
    updated_time: customer.updatedTime,
    lead_source_revision: customer.leadSourceRevision,
    ...timesOf(leadSource),
    original_touch_key: leadSource?.original.key ?? null,
    current_touch_key: leadSource?.current.key ?? null,
    first_conversion_time: customer.conversionTimes?.first ?? null,
    latest_conversion_time: customer.conversionTimes?.latest ?? null,
  };
}
