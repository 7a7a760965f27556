import { type Instant, millisecondsPerDay } from '../domain/time.ts';
import {
  addCreditRows,
  type CreditedFacts,
  type CreditedTouch,
  type CreditRows,
  type CreditVersion,
  reaches,
} from './credit.ts';
import type { RecreditedPart } from './money-room.ts';
import type { CreditRow, RefundCreditRow } from './money-schema.ts';
import type { RollUps } from './roll-ups.ts';
import type { CreditedConversionRow } from './rows/credit.ts';

/** Which of a customer's conversions must be credited again. */
export class Scope {
  /** Whether another conversion may be the customer's first now. */
  mayHaveOtherFirst = false;
  /** Conversions that are in question whenever they occurred. */
  readonly keys = new Set<number>();
  readonly #fresh = new Set<number>();
  #isWhole = false;
  /** The earliest and the latest moment of a touch. */
  #touched: { readonly from: Instant; readonly to: Instant } | null = null;

  /** The keys of all conversions in question; null if there may be others. */
  get onlyKeys(): ReadonlySet<number> | null {
    return this.#touched === null && !this.#isWhole && !this.mayHaveOtherFirst ? this.keys : null;
  }

  add(part: RecreditedPart): void {
    if (part === 'all') this.#isWhole = true;
    if (part === 'all' || part === 'first') this.mayHaveOtherFirst = true;
    else if ('key' in part) {
      this.keys.add(part.key);
      if (part.isFresh) this.#fresh.add(part.key);
    } else {
      const { from, to } = this.#touched ?? { from: part.touched, to: part.touched };
      this.#touched = { from: Math.min(from, part.touched), to: Math.max(to, part.touched) };
    }
  }

  /** Whether the conversion with this key cannot have credits yet. */
  isFresh(key: number): boolean {
    return this.#fresh.has(key);
  }

  /** Whether conversions that occurred at a moment, or before it, may be in question without being in `keys` or the first. */
  reachesBackTo(moment: Instant): boolean {
    return this.#isWhole || (this.#touched !== null && this.#touched.from <= moment);
  }

  /** Those of the customer's conversions that are in question. `rows` has at least these, and the one that was the first. */
  conversionsOf<Row extends CreditedConversionRow>(
    rows: readonly Row[],
    versions: readonly CreditVersion[],
  ): readonly ConversionInQuestion<Row>[] {
    const lookback = longestLookback(versions);
    const first = this.mayHaveOtherFirst ? firstOf(rows) : null;
    return rows
      .map((row) => {
        const wasFirst = row.is_first === 1;
        return { row, wasFirst, isFirst: first === null ? wasFirst : row === first };
      })
      .filter(({ row, wasFirst, isFirst }) => isFirst !== wasFirst || this.#has(row, lookback));
  }

  #has({ conversion_key: key, occurred_time: time }: CreditedConversionRow, lookback: number): boolean {
    if (this.#isWhole || this.keys.has(key)) return true;
    return this.#touched !== null && time >= this.#touched.from && time <= this.#touched.to + lookback;
  }
}

export interface ConversionInQuestion<Row> {
  readonly row: Row;
  /** Whether the row says that it is its customer's first. */
  readonly wasFirst: boolean;
  readonly isFirst: boolean;
}

/** In milliseconds. */
export function longestLookback(versions: readonly CreditVersion[]): number {
  return Math.max(...versions.map(({ settings }) => settings.lookbackDays)) * millisecondsPerDay;
}

/** By time, then by arrival. */
function firstOf<Row extends CreditedConversionRow>(rows: readonly Row[]): Row | null {
  const [first = null] = rows.toSorted(
    (one, other) => one.occurred_time - other.occurred_time || one.conversion_key - other.conversion_key,
  );
  return first;
}

/** A conversion before and after a change, which may affect its refunds and whether it is its customer's first. */
export interface RecreditedConversion {
  readonly facts: CreditedFacts;
  /** Whether its stored credits were rolled up as those of a new customer. */
  readonly wasFirst: boolean;
}

export interface CreditDifference {
  readonly removed: CreditRows;
  readonly added: CreditRows;
}

export interface Recrediting {
  readonly organizationId: number;
  /** The owner of the conversions. */
  readonly customerId: string;
  readonly version: CreditVersion;
  /** By time, then by arrival. */
  readonly touches: readonly CreditedTouch[];
  readonly conversions: readonly RecreditedConversion[];
  /** The stored credits of these conversions by this version. */
  readonly stored: CreditRows;
}

export function noDifference(): CreditDifference {
  return { removed: { credits: [], refundCredits: [] }, added: { credits: [], refundCredits: [] } };
}

/** The difference between the stored credits of some conversions and those they should have; also adds it to `rollUps`. */
export function differenceOf(recrediting: Recrediting, rollUps: RollUps): CreditDifference {
  const { organizationId, customerId, version, touches, conversions, stored } = recrediting;
  const wanted: CreditRows = { credits: [], refundCredits: [] };
  for (const { facts } of conversions) {
    if (reaches(version, customerId, facts)) addCreditRows(wanted, organizationId, version, touches, facts);
  }
  const difference = noDifference();
  const byKey = new Map(conversions.map((conversion) => [conversion.facts.key, conversion]));
  const standsFirst = (row: { conversion_key: number }) => {
    const conversion = byKey.get(row.conversion_key);
    return conversion !== undefined && conversion.wasFirst === conversion.facts.isFirst;
  };
  compareRows(stored.credits, wanted.credits, creditName, standsFirst, {
    removed: difference.removed.credits,
    added: difference.added.credits,
  });
  compareRows(stored.refundCredits, wanted.refundCredits, refundCreditName, () => true, {
    removed: difference.removed.refundCredits,
    added: difference.added.refundCredits,
  });
  rollUp(difference, byKey, version, rollUps);
  return difference;
}

/** Adds the rows of a conversion that has no credits by the version yet; also adds them to `rollUps`. */
export function addFreshCredits(
  rows: CreditRows,
  { organizationId, version, touches }: Pick<Recrediting, 'organizationId' | 'version' | 'touches'>,
  facts: CreditedFacts,
  rollUps: RollUps,
): void {
  const { credits, refundCredits } = rows;
  const [creditsBefore, refundCreditsBefore] = [credits.length, refundCredits.length];
  addCreditRows(rows, organizationId, version, touches, facts);
  for (let place = creditsBefore; place < credits.length; place++) {
    rollUps.addCredit(credits[place] as CreditRow, facts, version, 1);
  }
  if (refundCreditsBefore === refundCredits.length) return;
  const timeOf = refundTimes([facts]);
  for (let place = refundCreditsBefore; place < refundCredits.length; place++) {
    const row = refundCredits[place] as RefundCreditRow;
    rollUps.addRefund(row, facts, timeOf(row), version, 1);
  }
}

function rollUp(
  { removed, added }: CreditDifference,
  byKey: ReadonlyMap<number, RecreditedConversion>,
  version: CreditVersion,
  rollUps: RollUps,
): void {
  const at = (row: { conversion_key: number }): RecreditedConversion => {
    const conversion = byKey.get(row.conversion_key);
    if (conversion === undefined) throw new Error('Credits belong to no conversion.');
    return conversion;
  };
  for (const row of removed.credits) {
    const { facts, wasFirst } = at(row);
    rollUps.addCredit(row, { ...facts, isFirst: wasFirst }, version, -1);
  }
  for (const row of added.credits) rollUps.addCredit(row, at(row).facts, version, 1);
  if (removed.refundCredits.length + added.refundCredits.length === 0) return;
  const timeOf = refundTimes(Array.from(byKey.values(), ({ facts }) => facts));
  for (const row of removed.refundCredits) rollUps.addRefund(row, at(row).facts, timeOf(row), version, -1);
  for (const row of added.refundCredits) rollUps.addRefund(row, at(row).facts, timeOf(row), version, 1);
}

/** Tells the moment of a row's refund. Each conversion's refunds are gone through once, not for each row. */
function refundTimes(conversions: readonly CreditedFacts[]): (row: RefundCreditRow) => Instant {
  const times = new Map<number, Instant>();
  for (const { refunds } of conversions) {
    for (const { key, occurredTime } of refunds) times.set(key, occurredTime);
  }
  return ({ refund_key: key }) => {
    const time = times.get(key);
    if (time === undefined) throw new Error('Credits belong to no refund.');
    return time;
  };
}

function compareRows<Row extends object>(
  stored: readonly Row[],
  wanted: readonly Row[],
  nameOf: (row: Row) => string,
  mayStay: (row: Row) => boolean,
  into: { readonly removed: Row[]; readonly added: Row[] },
): void {
  if (stored.length === 0) {
    addAll(into.added, wanted);
    return;
  }
  const left = new Map(stored.map((row) => [nameOf(row), row]));
  for (const row of wanted) {
    const name = nameOf(row);
    const before = left.get(name);
    left.delete(name);
    if (before !== undefined && mayStay(row) && isSame(before, row)) continue;
    if (before !== undefined) into.removed.push(before);
    into.added.push(row);
  }
  addAll(into.removed, left.values());
}

/** Adds a change to changes of other customers. */
export function addDifference(into: CreditDifference, { removed, added }: CreditDifference): void {
  addAll(into.removed.credits, removed.credits);
  addAll(into.removed.refundCredits, removed.refundCredits);
  addAll(into.added.credits, added.credits);
  addAll(into.added.refundCredits, added.refundCredits);
}

/** One by one: a function can be given fewer arguments than a customer has credits. */
function addAll<Row>(into: Row[], rows: Iterable<Row>): void {
  for (const row of rows) into.push(row);
}

function creditName({ conversion_key, touch_key }: CreditRow): string {
  return `${conversion_key} ${touch_key}`;
}

function refundCreditName({ conversion_key, refund_key, touch_key }: RefundCreditRow): string {
  return `${conversion_key} ${refund_key} ${touch_key}`;
}

function isSame(one: object, other: object): boolean {
  const columns = Object.keys(other) as (keyof typeof other)[];
  return columns.every((column) => one[column] === other[column]);
}
