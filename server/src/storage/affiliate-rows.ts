/** The tables of affiliate statements. */
export interface AffiliatePeriodRow {
  organization_id: number;
  period_number: number;
  period_id: string;
  period_start: number;
  period_end: number;
  model: string;
  settings_version: number;
  actor: string;
  closed_time: number;
}

interface AffiliateNameRow {
  affiliate: string;
  sub_affiliate: string | null;
  click_id: string | null;
}

/** A line of a frozen statement. */
export interface AffiliateLineRow extends AffiliateNameRow {
  organization_id: number;
  period_number: number;
  line_number: number;
  about_number: number;
  /** Comma-separated; empty for none. */
  causes: string;
  currency: string | null;
  touches: number;
  customers: number;
  conversions: number;
  /** Both are decimal texts, since sums may be of any size. */
  gross: string;
  refunds: string;
}

/** What has been stated so far for a conversion of a closed period. */
export interface AffiliateAccountRow extends AffiliateNameRow {
  organization_id: number;
  about_number: number;
  conversion_key: number;
  account_number: number;
  currency: string;
  conversions: number;
  gross: number;
  refunds: number;
}

/** That somebody came by a click that a statement tells of: a customer, or a visitor who was nobody yet. */
export interface AffiliateClickRow {
  organization_id: number;
  customer_id: string;
  about_number: number;
  click_id: string;
}
