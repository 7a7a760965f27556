/** The tables about money. */
export interface MoneyTables {
  conversions: ConversionRow;
  refunds: RefundRow;
  credits: CreditRow;
  refund_credits: RefundCreditRow;
  credit_days: RollUpRow & { day: number };
  credit_months: RollUpRow & { month: number };
  credit_years: RollUpRow & { year: number };
  credit_versions: CreditVersionRow;
  spend: SpendRow;
  jobs: JobRow;
}

export interface ConversionRow {
  organization_id: number;
  customer_id: string;
  /** Orders conversions of the same moment by arrival. */
  conversion_key: number;
  /** The public id, unique within the organization. */
  conversion_id: string;
  occurred_time: number;
  created_time: number;
  updated_time: number;
  type: string | null;
  /** In minor units of the currency, like all amounts here. */
  amount: number;
  currency: string;
  refunded_amount: number;
  order_id: string | null;
  /** A JSON object; null for an empty one. */
  metadata: string | null;
  actor_id: number;
  /** 1 for its customer's first by time, whose credits count as those of a new customer; else 0. */
  is_first: number;
}

export interface RefundRow {
  organization_id: number;
  customer_id: string;
  conversion_key: number;
  refund_key: number;
  /** The public id, unique within the organization. */
  refund_id: string;
  amount: number;
  occurred_time: number;
  created_time: number;
  actor_id: number;
}

/** The suffixes of columns that exist once per model, in the order of the models. */
export const modelColumns = [
  'first',
  'last',
  'last_non_direct',
  'linear',
  'position_based',
  'time_decay',
] as const;
export type ModelColumn = (typeof modelColumns)[number];
type PerModel<Measure extends string> = { [Model in ModelColumn as `${Measure}_${Model}`]: number };

interface CreditPlace {
  organization_id: number;
  /** The version of the attribution settings that produced it. */
  settings_version: number;
  conversion_key: number;
}

/**
 * What each model credits to a touch of a conversion: the weights of a conversion add up to 1, the amounts to its own amount.
 * Further facts, such as the customer, are in the conversion's row.
 */
export interface CreditRow extends CreditPlace, PerModel<'weight'>, PerModel<'amount'> {
  /** Both are 0 for a conversion without touches. */
  touch_key: number;
  tuple_id: number;
}

/** What each model takes back from a touch for a refund. */
export interface RefundCreditRow extends CreditPlace, PerModel<'amount'> {
  refund_key: number;
  touch_key: number;
  tuple_id: number;
}

/** Sums of credits and refunds by tuple; days, months and years count from the start of 1970, in the reporting zone. */
export interface RollUpRow
  extends PerModel<'conversions'>,
    PerModel<'new_customers'>,
    PerModel<'revenue'>,
    PerModel<'refunds'>,
    PerModel<'dated_refunds'> {
  organization_id: number;
  settings_version: number;
  currency: string;
  tuple_id: number;
  /** How many rows it sums up: credits by conversion date, refund credits by refund date. Rows with 0 are deleted. */
  credits: number;
}

/** A version of the attribution settings by which credits are kept, beside or instead of the first. */
export interface CreditVersionRow {
  organization_id: number;
  settings_version: number;
  /** `building`, `live` or `dropping`. If none is live, the first version is in force. */
  state: string;
  /** When building in the order of time: conversions up to this one, by time and id, have their credits; else null. */
  reached_time: number | null;
  reached_conversion_id: string;
  /** When building in the order of customers: conversions up to this one have their credits; else null. */
  reached_customer_id: string | null;
  reached_conversion_key: number | null;
  /**
   * When building in the order of customers: null until all conversions have their credits; from then on the sums include
   * what is dated before this. In the order of time: the sums lack only what conversions dated then or later have.
   */
  summed_time: number | null;
  /** How many conversions have their credits, and how many there were when the build began (null before that). */
  credited_conversions: number;
  total_conversions: number | null;
  /** The job that builds it. */
  job_id: string | null;
}

/** What was spent on a day. Null for a dimension that was not given. */
export interface SpendRow {
  organization_id: number;
  day: number;
  /** The first 16 bytes of SHA-256 over the dimensions and the currency, by which a row is looked up. */
  digest: Uint8Array;
  channel: string | null;
  medium: string | null;
  source: string | null;
  campaign: string | null;
  term: string | null;
  content: string | null;
  affiliate: string | null;
  sub_affiliate: string | null;
  sales_agent: string | null;
  currency: string;
  amount: number;
  updated_time: number;
}

export interface JobRow {
  organization_id: number;
  job_id: string;
  type: string;
  status: string;
  /** From 0 to 1. */
  progress: number;
  /** Both are JSON. */
  request: string;
  result: string | null;
  error: string | null;
  actor: string;
  /** The process that works on it, and until when its claim lasts unless renewed. */
  holder: string | null;
  claimed_until: number | null;
  created_time: number;
  updated_time: number;
  /** Null while the job is unfinished. */
  finished_time: number | null;
}
