import {
  type CalendarDay,
  type CalendarMonth,
  firstDayOfMonth,
  firstMonthOfYear,
  monthOfDay,
  yearOfMonth,
  type ZoneDays,
  zoneDays,
} from '../../domain/reporting-zone.ts';
import type { Instant } from '../../domain/time.ts';
import { chunksOf } from '../chunks.ts';
import type { CreditVersion } from '../credit.ts';
import {
  type Moment,
  type RefundBehind,
  summingStatements as statements,
} from './credit-summing-statements.ts';
import type { Session } from './session.ts';
import type { Arguments, Statement } from './statement.ts';

/** A version of an organization's credits. */
interface VersionPlace {
  readonly organizationId: number;
  readonly version: number;
}

interface Summing {
  /** The sums include what is dated before this; null for nothing yet. */
  readonly from: Instant | null;
  /** About how many conversions to add next. */
  readonly conversions: number;
}

interface Summed {
  readonly until: Instant;
  /** The share of the time from the first to the last date. */
  readonly share: number;
}

/** A credited conversion or refund with its key, moment and day. */
interface Dated {
  readonly conversionKey: number;
  readonly key: number;
  readonly time: Instant;
  readonly day: CalendarDay;
  readonly isFirst: boolean;
  readonly currency: string;
}

/**
 * Sums up a version's credits up to a next moment, which nobody else adds to: by day, and each month and year once all its
 * days are summed. Returns that moment; null when nothing is left and the last month and year are summed too.
 */
export async function sumUp(
  session: Session,
  of: VersionPlace,
  { settings }: CreditVersion,
  { from: summedBefore, conversions: limit }: Summing,
): Promise<Summed | null> {
  const zone = zoneDays(settings.reportingTimezone);
  const { next, first, last } = await boundsOf(session, of, summedBefore);
  const open = summedBefore === null ? [] : [monthOfDay(zone.dayOf(summedBefore))];
  if (next === Number.POSITIVE_INFINITY) {
    await addMonths(session, of, open, Number.POSITIVE_INFINITY);
    return null;
  }
  const within = await conversionsFrom(session, of, zone, { from: next, last, limit });
  const { refunds, until } = await refundsWithin(session, of, zone, {
    from: next,
    until: within.until,
    limit: Math.min(mostTimes * limit, datedAtOnce),
  });
  const conversions = before(until, within.conversions);
  const refunded = conversions.filter(({ isRefunded }) => isRefunded);
  await addDays(session, of, statements.addCredits, conversions);
  await addDays(session, of, statements.addRefunds, refunded);
  await addDays(session, of, statements.addDatedRefunds, refunds);
  const months = new Set([...open, ...[...conversions, ...refunds].map(({ day }) => monthOfDay(day))]);
  await addMonths(session, of, [...months], monthOfDay(zone.dayOf(until)));
  return { until, share: Math.min(1, (until - first) / Math.max(1, last - first)) };
}

function before<Each extends Dated>(until: Instant, all: readonly Each[]): readonly Each[] {
  return all.filter(({ time }) => time < until);
}

/** When the next conversion or refund is, and the very first and last; infinite if there are none. */
async function boundsOf(session: Session, { organizationId }: VersionPlace, summedBefore: Instant | null) {
  const timeOf = async (asked: Statement<Moment>, moment: Instant, otherwise: number) =>
    (await session.get(asked, { organizationId, from: moment }))?.occurred_time ?? otherwise;
  const [never, earliest] = [Number.POSITIVE_INFINITY, Number.MIN_SAFE_INTEGER];
  const { firstConversion, firstRefund, lastConversion, lastRefund } = statements;
  const since = summedBefore ?? earliest;
  const [nextConverted, nextRefunded, firstConverted, firstRefunded, lastConverted, lastRefunded] =
    await Promise.all([
      timeOf(firstConversion, since, never),
      timeOf(firstRefund, since, never),
      timeOf(firstConversion, earliest, never),
      timeOf(firstRefund, earliest, never),
      timeOf(lastConversion, earliest, -never),
      timeOf(lastRefund, earliest, -never),
    ]);
  return {
    next: Math.min(nextConverted, nextRefunded),
    first: Math.min(firstConverted, firstRefunded),
    last: Math.max(lastConverted, lastRefunded),
  };
}

/** A day with more than this many times what is asked for takes several turns, so that other writes run in between. */
const mostTimes = 5;

/** The conversions of the next whole days, about `limit` of them, or of a part of a day that has many; and where they end. */
async function conversionsFrom(
  session: Session,
  { organizationId }: VersionPlace,
  zone: ZoneDays,
  { from, last, limit }: { readonly from: Instant; readonly last: Instant; readonly limit: number },
): Promise<{
  readonly conversions: readonly (Dated & { isRefunded: boolean })[];
  readonly until: Instant;
}> {
  const dated: (Dated & { isRefunded: boolean })[] = [];
  let reached = { reachedTime: from, reachedConversionId: '' };
  for (;;) {
    const rows = await session.all(statements.behind, { organizationId, ...reached, limit });
    for (const row of rows) {
      const { conversion_key: key, occurred_time: time, currency } = row;
      const facts = { isFirst: row.is_first === 1, isRefunded: row.refunded_amount > 0 };
      dated.push({ conversionKey: key, key, time, currency, day: zone.dayOf(time), ...facts });
    }
    const lastRow = rows.at(-1);
    if (lastRow === undefined || rows.length < limit) {
      return { conversions: dated, until: zone.startOf(dayBehind(zone.dayOf(last), zone)) };
    }
    const until = cutOf(zone, {
      from,
      last: lastRow.occurred_time,
      isMuch: dated.length >= mostTimes * limit,
    });
    if (until !== null) return { conversions: before(until, dated), until };
    reached = { reachedTime: lastRow.occurred_time, reachedConversionId: lastRow.conversion_id };
  }
}

/**
 * Where to end what was read in the order of time: at the beginning of the last day or, within a day that has many, of the
 * last moment; null if more must be read, as what has the same moment is summed up together.
 */
function cutOf(
  zone: ZoneDays,
  { from, last, isMuch }: { readonly from: Instant; readonly last: Instant; readonly isMuch: boolean },
): Instant | null {
  const lastDay = zone.dayOf(last);
  if (lastDay !== zone.dayOf(from)) return zone.startOf(lastDay);
  return isMuch && last !== from ? last : null;
}

/** The next day that exists: a time zone may skip one. */
function dayBehind(day: CalendarDay, zone: ZoneDays): CalendarDay {
  return zone.dayOf(zone.startOf(day + 1));
}

/** The refunds until a moment, or until an earlier one if they are many; and that moment. */
async function refundsWithin(
  session: Session,
  { organizationId }: VersionPlace,
  zone: ZoneDays,
  { from, until: end, limit }: { readonly from: Instant; readonly until: Instant; readonly limit: number },
): Promise<{ readonly refunds: readonly Dated[]; readonly until: Instant }> {
  const refunds: Dated[] = [];
  let reached = { from, reachedRefundKey: Number.MIN_SAFE_INTEGER };
  for (;;) {
    const asked = { organizationId, ...reached, until: end, limit };
    const rows = await session.all(statements.refundsBehind, asked);
    refunds.push(...(await datedRefunds(session, organizationId, zone, rows)));
    const lastRow = rows.at(-1);
    if (lastRow === undefined || rows.length < limit) return { refunds, until: end };
    const until = cutOf(zone, { from, last: lastRow.occurred_time, isMuch: true });
    if (until !== null) return { refunds: before(until, refunds), until };
    reached = { from: lastRow.occurred_time, reachedRefundKey: lastRow.refund_key };
  }
}

async function datedRefunds(
  session: Session,
  organizationId: number,
  zone: ZoneDays,
  rows: readonly RefundBehind[],
): Promise<readonly Dated[]> {
  if (rows.length === 0) return [];
  const conversionKeys = [...new Set(rows.map((row) => row.conversion_key))];
  const conversions = await session.all(statements.currenciesOf, { organizationId, conversionKeys });
  const currencies = new Map(conversions.map((row) => [row.conversion_key, row.currency]));
  return rows.map((row) => ({
    conversionKey: row.conversion_key,
    key: row.refund_key,
    time: row.occurred_time,
    day: zone.dayOf(row.occurred_time),
    isFirst: false,
    currency: currencies.get(row.conversion_key) ?? '',
  }));
}

/** Few enough that a statement takes a fraction of its time, however many conversions or refunds have the same moment. */
const datedAtOnce = 10_000;

/** One statement after the other: the time limit of one that is sent early includes those before it. */
async function addDays(
  session: Session,
  of: VersionPlace,
  adding: Statement<unknown>,
  all: readonly Dated[],
): Promise<void> {
  for (const [currency, some] of Map.groupBy(all, (each) => each.currency)) {
    const sorted = some.toSorted((one, other) => one.key - other.key);
    for (const part of chunksOf(sorted, datedAtOnce)) {
      await session.run(adding, { ...of, currency, ...marked(part) });
    }
  }
}

function marked(sorted: readonly Dated[]) {
  return {
    keys: sorted.map(({ key }) => key),
    conversionKeys: sorted.map(({ conversionKey }) => conversionKey),
    marks: sorted.map(({ day, isFirst }) => 2 * day + (isFirst ? 1 : 0)),
  };
}

/** Sums up those of these months, and their years, that lie entirely before a month. */
async function addMonths(
  session: Session,
  of: VersionPlace,
  months: readonly CalendarMonth[],
  endMonth: CalendarMonth,
): Promise<void> {
  const ended = months.filter((month) => month < endMonth);
  if (ended.length === 0) return;
  const currencies: string[] = [];
  for (let currency: string | undefined = ''; currency !== undefined; ) {
    currency = (await session.get(statements.currencyBehind, { ...of, currency }))?.currency;
    if (currency !== undefined) currencies.push(currency);
  }
  const lastTuple = (await session.get(statements.lastTuple, { ...of }))?.tuple_id ?? 0;
  const add = (adding: Statement<unknown>, period: number, shorter: Stretch) =>
    addPeriod(session, adding, { ...of, currencies, period }, shorter, lastTuple);
  for (const month of ended) {
    await add(statements.addMonth, month, [firstDayOfMonth(month), firstDayOfMonth(month + 1)]);
  }
  for (const year of new Set(ended.map(yearOfMonth))) {
    if (year >= yearOfMonth(endMonth)) continue;
    await add(statements.addYear, year, [firstMonthOfYear(year), firstMonthOfYear(year + 1)]);
  }
}

/** The first of some periods, and the one after the last. */
type Stretch = readonly [first: number, end: number];

/** Few enough that a statement takes a fraction of its time, though each may have a row for every day of a month. */
const tuplesAtOnce = 5_000;

/** Sums up a period from the shorter ones in it, some tuples at a time. */
async function addPeriod(
  session: Session,
  adding: Statement<unknown>,
  of: Arguments,
  [first, end]: Stretch,
  lastTuple: number,
): Promise<void> {
  const shorter = Array.from({ length: end - first }, (_, place) => first + place);
  for (let firstTuple = 0; firstTuple <= lastTuple; firstTuple += tuplesAtOnce) {
    await session.run(adding, { ...of, shorter, firstTuple, endTuple: firstTuple + tuplesAtOnce });
  }
}
