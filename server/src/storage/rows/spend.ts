import { hash } from 'node:crypto';
import { type SpendEntry, spendDimensions } from '../../domain/spend.ts';
import type { SpendRow } from '../money-schema.ts';

export function spendRowOf(organizationId: number, entry: SpendEntry): SpendRow {
  return {
    organization_id: organizationId,
    day: entry.day,
    digest: digestOf(entry),
    channel: entry.channel,
    medium: entry.medium,
    source: entry.source,
    campaign: entry.campaign,
    term: entry.term,
    content: entry.content,
    affiliate: entry.affiliate,
    sub_affiliate: entry.subAffiliate,
    sales_agent: entry.salesAgent,
    currency: entry.currency,
    amount: entry.amount,
    updated_time: entry.updatedTime,
  };
}

/** Equal for equal dimensions and currency only. Its form must never change. */
function digestOf(entry: SpendEntry): Uint8Array {
  const members = [entry.currency, ...spendDimensions.map((dimension) => entry[dimension])];
  return hash('sha256', JSON.stringify(members), 'buffer').subarray(0, 16);
}

export function spendEntryOf(row: SpendRow): SpendEntry {
  return {
    day: row.day,
    channel: row.channel,
    medium: row.medium,
    source: row.source,
    campaign: row.campaign,
    term: row.term,
    content: row.content,
    affiliate: row.affiliate,
    subAffiliate: row.sub_affiliate,
    salesAgent: row.sales_agent,
    currency: row.currency,
    amount: row.amount,
    updatedTime: row.updated_time,
  };
}
