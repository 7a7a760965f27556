import { attributionModels } from '../../src/domain/attribution-models.ts';
import { wholeAttributionSettings } from '../../src/domain/attribution-settings.ts';
import { creditsOf } from '../../src/domain/credit.ts';
import { monthOfDay, yearOfMonth, zoneDays } from '../../src/domain/reporting-zone.ts';
import { isDirect } from '../../src/domain/touch.ts';

type Row = Readonly<Record<string, unknown>>;
type Rows = (text: string) => Promise<readonly Row[]>;

/** Credits and roll-ups in a form that is alike however they came about: by the names of their places. */
export interface KeptCredits {
  readonly credits: Readonly<Record<string, readonly number[]>>;
  readonly refundCredits: Readonly<Record<string, readonly number[]>>;
  readonly days: Readonly<Record<string, readonly number[]>>;
  readonly months: Readonly<Record<string, readonly number[]>>;
  readonly years: Readonly<Record<string, readonly number[]>>;
  /** The conversions that are their customer's first. */
  readonly firsts: readonly number[];
}

const endings = attributionModels.map((model) => model.replaceAll('-', '_'));
const rolledUp = ['conversions', 'new_customers', 'revenue', 'refunds', 'dated_refunds'];
const measures = rolledUp.flatMap((measure) => endings.map((ending) => `${measure}_${ending}`));

function numbers(row: Row, columns: readonly string[]): readonly number[] {
  return columns.map((column) => Number(row[column]));
}

/** What a database has of an organization by a version of the settings. */
export async function keptCredits(rows: Rows, organization: number, version: number): Promise<KeptCredits> {
  const of = (table: string) =>
    rows(`SELECT * FROM ${table} WHERE organization_id = ${organization} AND settings_version = ${version}`);
  const named = (all: readonly Row[], key: readonly string[], columns: readonly string[]) =>
    Object.fromEntries(all.map((row) => [key.map((each) => row[each]).join(' '), numbers(row, columns)]));
  const weights = endings.map((ending) => `weight_${ending}`);
  const amounts = endings.map((ending) => `amount_${ending}`);
  const first = await rows(
    `SELECT conversion_key FROM conversions WHERE organization_id = ${organization} AND is_first = 1 ORDER BY 1`,
  );
  return {
    credits: named(
      await of('credits'),
      ['conversion_key', 'touch_key', 'tuple_id'],
      [...weights, ...amounts],
    ),
    refundCredits: named(
      await of('refund_credits'),
      ['conversion_key', 'refund_key', 'touch_key', 'tuple_id'],
      amounts,
    ),
    days: named(await of('credit_days'), ['currency', 'day', 'tuple_id'], ['credits', ...measures]),
    months: named(await of('credit_months'), ['currency', 'month', 'tuple_id'], ['credits', ...measures]),
    years: named(await of('credit_years'), ['currency', 'year', 'tuple_id'], ['credits', ...measures]),
    firsts: first.map((row) => Number(row['conversion_key'])),
  };
}

/** What they should be, by the pure function over the touches, conversions and refunds that the database has. */
export async function creditsFromScratch(
  rows: Rows,
  organization: number,
  version: number,
): Promise<KeptCredits> {
  const of = (table: string) => rows(`SELECT * FROM ${table} WHERE organization_id = ${organization}`);
  const tuples = new Map((await of('lead_source_tuples')).map((row) => [Number(row['tuple_id']), row]));
  const touches = (await of('touches')).map((row) => touchOf(row, tuples));
  const refunds = (await of('refunds')).map((row) => ({
    conversionKey: Number(row['conversion_key']),
    key: Number(row['refund_key']),
    amount: Number(row['amount']),
    occurredTime: Number(row['occurred_time']),
  }));
  const conversions = (await of('conversions')).map((row) => ({
    key: Number(row['conversion_key']),
    customerId: String(row['customer_id']),
    id: String(row['conversion_id']),
    amount: Number(row['amount']),
    currency: String(row['currency']),
    occurredTime: Number(row['occurred_time']),
  }));
  const [kept] = (await of('setting_versions')).filter(
    (row) => row['setting'] === 'attribution-settings' && Number(row['version']) === version,
  );
  const settings = wholeAttributionSettings(JSON.parse(String(kept?.['content'] ?? null)));
  const reached = await reachedBy(rows, organization, version);
  const isSummed = await summedBy(rows, organization, version, settings.reportingTimezone);
  const firsts = new Set(
    Array.from(
      Map.groupBy(conversions, ({ customerId }) => customerId).values(),
      (all) =>
        all.toSorted((one, other) => one.occurredTime - other.occurredTime || one.key - other.key)[0]?.key,
    ),
  );
  const scratch = new Scratch(settings.reportingTimezone, isSummed);
  for (const conversion of conversions.filter(reached)) {
    const own = touches
      .filter(({ customerId }) => customerId === conversion.customerId)
      .toSorted((one, other) => one.occurredTime - other.occurredTime || one.key - other.key);
    const ownRefunds = refunds.filter(({ conversionKey }) => conversionKey === conversion.key);
    const credits = creditsOf(own, conversion, ownRefunds, settings);
    const tupleOf = new Map(own.map(({ key, tupleId }) => [key, tupleId]));
    for (const [index, touchKey] of credits.touchKeys.entries()) {
      const tuple = tupleOf.get(touchKey) ?? 0;
      const models = attributionModels.map((model) => credits.models[model]);
      const weights = models.map((model) => model.weights[index] ?? 0);
      const amounts = models.map((model) => model.amounts[index] ?? 0);
      const place = { currency: conversion.currency, tuple };
      scratch.credits[`${conversion.key} ${touchKey} ${tuple}`] = [...weights, ...amounts];
      const isNew = firsts.has(conversion.key) ? 1 : 0;
      const added = [...weights, ...weights.map((weight) => weight * isNew), ...amounts];
      if (isSummed.credits(conversion.occurredTime)) {
        scratch.add(place, conversion.occurredTime, [1, ...added]);
      }
      for (const [place_, refundKey] of credits.refundKeys.entries()) {
        const refund = ownRefunds.find(({ key }) => key === refundKey);
        const taken = models.map((model) => model.refunded[place_]?.[index] ?? 0);
        scratch.refundCredits[`${conversion.key} ${refundKey} ${touchKey} ${tuple}`] = taken;
        const zeros = (count: number) => new Array<number>(count).fill(0);
        if (isSummed.credits(conversion.occurredTime)) {
          scratch.add(place, conversion.occurredTime, [0, ...zeros(18), ...taken]);
        }
        scratch.add(place, refund?.occurredTime ?? 0, [1, ...zeros(24), ...taken]);
      }
    }
  }
  const sorted = [...firsts].filter((key) => key !== undefined).toSorted((one, other) => one - other);
  return { ...scratch.sums, firsts: sorted };
}

/** Whether what is dated then is in the sums already. */
interface IsSummed {
  /** Under the time of a conversion, whatever the period. */
  readonly credits: (time: number) => boolean;
  readonly day: (time: number) => boolean;
  readonly month: (time: number) => boolean;
  readonly year: (time: number) => boolean;
}

async function summedBy(rows: Rows, organization: number, version: number, zone: string): Promise<IsSummed> {
  const row = await versionOf(rows, organization, version);
  const days = zoneDays(zone);
  const always = () => true;
  const monthOf = (time: number) => monthOfDay(days.dayOf(time));
  const yearOf = (time: number) => yearOfMonth(monthOf(time));
  if (row === undefined || row['state'] === 'live') {
    return { credits: always, day: always, month: always, year: always };
  }
  if (row['reached_customer_id'] === null) {
    const reached = row['reached_time'];
    const year = (time: number) => reached !== null && yearOf(time) < yearOf(Number(reached));
    const end = Number(row['summed_time']);
    const credits = (time: number) => reached === null || time < end;
    return { credits, day: always, month: always, year };
  }
  const never = () => false;
  if (row['summed_time'] === null) return { credits: always, day: never, month: never, year: never };
  const end = Number(row['summed_time']);
  return {
    credits: always,
    day: (time) => time < end,
    month: (time) => monthOf(time) < monthOf(end),
    year: (time) => yearOf(time) < yearOf(end),
  };
}

class Scratch {
  readonly credits: Record<string, readonly number[]> = {};
  readonly refundCredits: Record<string, readonly number[]> = {};
  readonly #days: Record<string, number[]> = {};
  readonly #months: Record<string, number[]> = {};
  readonly #years: Record<string, number[]> = {};
  readonly #dayOf: (time: number) => number;
  readonly #isSummed: IsSummed;

  constructor(zone: string, isSummed: IsSummed) {
    const days = zoneDays(zone);
    this.#dayOf = (time) => days.dayOf(time);
    this.#isSummed = isSummed;
  }

  add(
    { currency, tuple }: { currency: string; tuple: number },
    time: number,
    values: readonly number[],
  ): void {
    const day = this.#dayOf(time);
    for (const [cells, period, isSummed] of [
      [this.#days, day, this.#isSummed.day(time)],
      [this.#months, monthOfDay(day), this.#isSummed.month(time)],
      [this.#years, yearOfMonth(monthOfDay(day)), this.#isSummed.year(time)],
    ] as const) {
      if (!isSummed) continue;
      const name = `${currency} ${period} ${tuple}`;
      const cell = cells[name] ?? new Array<number>(1 + measures.length).fill(0);
      cells[name] = cell.map((sum, place) => sum + (values[place] ?? 0));
    }
  }

  get sums() {
    const { credits, refundCredits } = this;
    return { credits, refundCredits, days: this.#days, months: this.#months, years: this.#years };
  }
}

function touchOf(row: Row, tuples: ReadonlyMap<number, Row>) {
  const tupleId = Number(row['tuple_id']);
  const tuple = tuples.get(tupleId);
  const text = (value: unknown) => (typeof value === 'string' ? value : null);
  const leadSource = {
    medium: text(tuple?.['medium']),
    source: text(tuple?.['source']),
    campaign: text(tuple?.['campaign']),
    term: text(tuple?.['term']),
    content: text(tuple?.['content']),
    affiliate: text(tuple?.['affiliate']),
    subAffiliate: text(tuple?.['sub_affiliate']),
    salesAgent: text(tuple?.['sales_agent']),
    clickId: text(row['click_id']),
    path: text(row['path']),
    referrer: text(row['referrer']),
  };
  return {
    key: Number(row['touch_key']),
    customerId: String(row['customer_id']),
    occurredTime: Number(row['occurred_time']),
    tupleId,
    isDirect: isDirect(leadSource),
  };
}

async function versionOf(rows: Rows, organization: number, version: number): Promise<Row | undefined> {
  const [row] = await rows(
    `SELECT * FROM credit_versions WHERE organization_id = ${organization} AND settings_version = ${version}`,
  );
  return row;
}

interface PlacedConversion {
  readonly key: number;
  readonly customerId: string;
  readonly occurredTime: number;
  readonly id: string;
}

async function reachedBy(rows: Rows, organization: number, version: number) {
  const row = await versionOf(rows, organization, version);
  return ({ key, customerId, occurredTime, id }: PlacedConversion): boolean => {
    if (row === undefined || row['state'] === 'live') return true;
    if (row['reached_customer_id'] !== null) {
      const reached = String(row['reached_customer_id']);
      if (row['summed_time'] !== null || customerId < reached) return true;
      return customerId === reached && key <= Number(row['reached_conversion_key']);
    }
    if (row['reached_time'] === null) return false;
    const time = Number(row['reached_time']);
    return occurredTime < time || (occurredTime === time && id <= String(row['reached_conversion_id']));
  };
}
