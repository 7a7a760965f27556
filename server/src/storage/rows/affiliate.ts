import type {
  AdjustmentCause,
  AffiliateLine,
  AffiliatePeriod,
  AffiliateTraffic,
} from '../../domain/affiliate-statement.ts';
import type { AttributionModel } from '../../domain/attribution-models.ts';
import { isUnlinkedOwner, unlinkedOwner, visitorOfOwner } from '../../domain/visitor.ts';
import type {
  AffiliateAccountRow,
  AffiliateClickRow,
  AffiliateLineRow,
  AffiliatePeriodRow,
} from '../affiliate-rows.ts';
import type { AffiliateAccount, AffiliateClick, DatedAffiliateCredit } from '../ports/affiliate.ts';
import type { AffiliateCauseRow, AffiliateCreditRow, AffiliateTrafficRow } from '../queries/affiliate.ts';

export function affiliatePeriodOf(row: AffiliatePeriodRow): AffiliatePeriod {
  return {
    number: row.period_number,
    id: row.period_id,
    start: row.period_start,
    end: row.period_end,
    model: row.model as AttributionModel,
    settingsVersion: row.settings_version,
    actor: row.actor,
    closedTime: row.closed_time,
  };
}

export function affiliatePeriodRowOf(organizationId: number, period: AffiliatePeriod): AffiliatePeriodRow {
  return {
    organization_id: organizationId,
    period_number: period.number,
    period_id: period.id,
    period_start: period.start,
    period_end: period.end,
    model: period.model,
    settings_version: period.settingsVersion,
    actor: period.actor,
    closed_time: period.closedTime,
  };
}

const nameOf = (row: { affiliate: string; sub_affiliate: string | null; click_id: string | null }) => ({
  affiliate: row.affiliate,
  subAffiliate: row.sub_affiliate,
  clickId: row.click_id,
});

export function affiliateLineOf(row: AffiliateLineRow): AffiliateLine {
  const { about_number: about, causes, currency, touches, customers, conversions } = row;
  return {
    ...nameOf(row),
    about,
    causes: causes === '' ? [] : (causes.split(',') as AdjustmentCause[]),
    currency,
    touches,
    customers,
    conversions,
    gross: BigInt(row.gross),
    refunds: BigInt(row.refunds),
  };
}

export function affiliateLineRowOf(
  organizationId: number,
  periodNumber: number,
  line: AffiliateLine,
  index: number,
): AffiliateLineRow {
  return {
    organization_id: organizationId,
    period_number: periodNumber,
    line_number: index + 1,
    about_number: line.about,
    causes: line.causes.join(','),
    currency: line.currency,
    affiliate: line.affiliate,
    sub_affiliate: line.subAffiliate,
    click_id: line.clickId,
    touches: line.touches,
    customers: line.customers,
    conversions: line.conversions,
    gross: String(line.gross),
    refunds: String(line.refunds),
  };
}

export function affiliateAccountOf(row: AffiliateAccountRow): AffiliateAccount {
  const { about_number: about, conversion_key: conversionKey, currency, conversions, gross, refunds } = row;
  return { ...nameOf(row), about, conversionKey, currency, conversions, gross, refunds };
}

export function affiliateAccountRowOf(
  organizationId: number,
  account: AffiliateAccount,
  index: number,
): AffiliateAccountRow {
  const { about, conversionKey, currency, affiliate, subAffiliate, clickId, conversions, gross, refunds } =
    account;
  return {
    organization_id: organizationId,
    about_number: about,
    conversion_key: conversionKey,
    account_number: index + 1,
    currency,
    affiliate,
    sub_affiliate: subAffiliate,
    click_id: clickId,
    conversions,
    gross,
    refunds,
  };
}

export function affiliateCreditOf(row: AffiliateCreditRow): DatedAffiliateCredit {
  const { conversion_key: conversionKey, occurred_time: occurredTime } = row;
  const { currency, conversions, gross, refunds } = row;
  return {
    ...nameOf(row),
    conversionKey,
    occurredTime,
    currency,
    conversions,
    gross: Number(gross),
    refunds: Number(refunds),
  };
}

export function affiliateTrafficOf(row: AffiliateTrafficRow): AffiliateTraffic {
  const { touches, customers } = row;
  return { ...nameOf(row), touches, customers };
}

export function affiliateCausesOf(
  rows: readonly AffiliateCauseRow[],
  since: number,
): ReadonlyMap<number, readonly AdjustmentCause[]> {
  return new Map(rows.map((row) => [row.conversion_key, causesOf(row, since)]));
}

function causesOf(row: AffiliateCauseRow, since: number): readonly AdjustmentCause[] {
  const found: readonly (readonly [AdjustmentCause, number])[] = [
    ['late-conversion', row.created_time >= since ? 1 : 0],
    ['merge', row.merges],
    ['delete', row.deletions],
    ['undo', row.removals],
    ['expire', row.expirations],
    ['late-touch', row.late_touches],
    ['refund', row.refunds],
  ];
  return found.flatMap(([cause, count]) => (count > 0 ? [cause] : []));
}

export function affiliateClickOf(row: Pick<AffiliateClickRow, 'customer_id' | 'click_id'>): AffiliateClick {
  return { owner: row.customer_id, clickId: row.click_id };
}

/** The visitors of clicks who were nobody yet, each once. */
export function visitorsOf(clicks: readonly AffiliateClick[]): readonly string[] {
  return [...new Set(clicks.map(({ owner }) => owner).filter(isUnlinkedOwner))].map(visitorOfOwner);
}

/** Without those of visitors who are not among those that are left: they have been forgotten since. */
export function clicksLeft(
  clicks: readonly AffiliateClick[],
  visitorIds: readonly string[],
): readonly AffiliateClick[] {
  const left = new Set(visitorIds.map(unlinkedOwner));
  return clicks.filter(({ owner }) => !isUnlinkedOwner(owner) || left.has(owner));
}

export function affiliateClickRowOf(
  organizationId: number,
  about: number,
  { owner, clickId }: AffiliateClick,
): AffiliateClickRow {
  return { organization_id: organizationId, customer_id: owner, about_number: about, click_id: clickId };
}
