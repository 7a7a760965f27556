import type { AttributionModel } from './attribution-models.ts';
import { compareValues, type DimensionValues } from './dimension.ts';
import { FractionSums, noise } from './fraction-sums.ts';
import { eachWithPauses, sortedWithPauses, type WithPauses } from './pauses.ts';
import type { Instant } from './time.ts';

/** Whom a line of a statement is about: an affiliate, its partner, a click. */
export interface AffiliateName {
  readonly affiliate: string;
  readonly subAffiliate: string | null;
  readonly clickId: string | null;
}

/** A period whose statement is frozen. The periods of an organization are numbered from 1 and do not overlap. */
export interface AffiliatePeriod {
  readonly number: number;
  readonly id: string;
  readonly start: Instant;
  /** Exclusive. */
  readonly end: Instant;
  readonly model: AttributionModel;
  readonly settingsVersion: number;
  readonly actor: string;
  readonly closedTime: Instant;
}

/** What a conversion gives an affiliate, by the model of its period. */
export interface AffiliateCredit extends AffiliateName {
  readonly conversionKey: number;
  readonly currency: string;
  readonly conversions: number;
  readonly gross: number;
  readonly refunds: number;
}

/** What an affiliate sent in a period. */
export interface AffiliateTraffic extends AffiliateName {
  readonly touches: number;
  readonly customers: number;
}

export const adjustmentCauses = [
  'late-conversion',
  'settings',
  'merge',
  'delete',
  'undo',
  'expire',
  'late-touch',
  'refund',
  'history',
] as const;
/** Why something in a closed period has another value than was stated. */
export type AdjustmentCause = (typeof adjustmentCauses)[number];

export interface AffiliateLine extends AffiliateName {
  /** The number of the period whose conversions the line is about: an earlier one for an adjustment. */
  readonly about: number;
  /** Empty for a line about its own period. */
  readonly causes: readonly AdjustmentCause[];
  /** Null for traffic that brought no conversion. */
  readonly currency: string | null;
  readonly touches: number;
  readonly customers: number;
  /** This and the amounts below are signed where the line is about an earlier period. */
  readonly conversions: number;
  readonly gross: bigint;
  readonly refunds: bigint;
}

/** The lines of a period about itself: the traffic sent in it, and what its conversions brought. */
export function* ownLines(
  about: number,
  credits: readonly AffiliateCredit[],
  traffic: readonly AffiliateTraffic[],
): WithPauses<readonly AffiliateLine[]> {
  const sent = new Map<string, AffiliateTraffic>();
  yield* eachWithPauses(traffic, (each) => void sent.set(nameKey(each), each));
  const sums = new LineSums(about, credits.length);
  yield* eachWithPauses(credits, (credit) => sums.add([], credit));
  const named = new Set<string>();
  const lines: AffiliateLine[] = [];
  const earned = yield* sums.lines();
  yield* eachWithPauses(yield* inOrder(earned), (line) => {
    const key = nameKey(line);
    // Traffic has no currency: it goes with the first line of its name.
    const { touches = 0, customers = 0 } = named.has(key) ? {} : (sent.get(key) ?? {});
    named.add(key);
    lines.push({ ...line, touches, customers });
  });
  yield* eachWithPauses(traffic, (each) => {
    if (named.has(nameKey(each))) return;
    lines.push({ ...each, about, causes: [], currency: null, conversions: 0, gross: 0n, refunds: 0n });
  });
  return yield* inOrder(lines);
}

/**
 * How conversions differ from what has been stated so far, as signed credits. Erasures and age remove click ids on either side:
 * what an affiliate has with a click id on one side and without one on the other is no change.
 */
export function* changedCredits(
  stated: readonly AffiliateCredit[],
  current: readonly AffiliateCredit[],
): WithPauses<readonly AffiliateCredit[]> {
  const changes = new Map<string, AffiliateCredit>();
  const add = (credit: AffiliateCredit, sign: 1 | -1) => {
    const key = `${credit.conversionKey} ${credit.currency} ${nameKey(credit)}`;
    const before = changes.get(key);
    changes.set(
      key,
      withAmounts(credit, (member) => (before?.[member] ?? 0) + sign * credit[member]),
    );
  };
  yield* eachWithPauses(stated, (credit) => add(credit, -1));
  yield* eachWithPauses(current, (credit) => add(credit, 1));
  const ofEarners = new Map<string, AffiliateCredit[]>();
  yield* eachWithPauses(changes.values(), (change) => {
    const { conversionKey, currency, affiliate, subAffiliate } = change;
    const key = JSON.stringify([conversionKey, currency, affiliate, subAffiliate]);
    const known = ofEarners.get(key);
    if (known === undefined) ofEarners.set(key, [change]);
    else known.push(change);
  });
  const left: AffiliateCredit[] = [];
  yield* eachWithPauses(ofEarners.values(), (ofEarner) => {
    left.push(...withoutForgotten(ofEarner).filter(saysSomething));
  });
  return left;
}

/** Offsets what was gained or lost without a click id against what clicks lost or gained. */
function withoutForgotten(changes: readonly AffiliateCredit[]): readonly AffiliateCredit[] {
  const clickless = changes.find(({ clickId }) => clickId === null);
  if (clickless === undefined) return changes;
  let left = clickless;
  const ofClicks: AffiliateCredit[] = [];
  for (const change of changes.filter((each) => each !== clickless)) {
    const before = left;
    const moved = (member: Amount) => makingUp(before[member], change[member]);
    left = withAmounts(before, (member) => before[member] - moved(member));
    ofClicks.push(withAmounts(change, (member) => change[member] + moved(member)));
  }
  return [left, ...ofClicks];
}

/** The part of one amount that offsets another; 0 unless their signs are opposite. */
function makingUp(one: number, other: number): number {
  if (Math.sign(one) !== -Math.sign(other)) return 0;
  return Math.sign(one) * Math.min(Math.abs(one), Math.abs(other));
}

type Amount = 'conversions' | 'gross' | 'refunds';

function withAmounts(credit: AffiliateCredit, amountOf: (member: Amount) => number): AffiliateCredit {
  const [conversions, gross, refunds] = [amountOf('conversions'), amountOf('gross'), amountOf('refunds')];
  return { ...credit, conversions, gross, refunds };
}

/** What may have changed a conversion's credits since they were stated. */
export interface SinceStated {
  /** What happened since then that credits depend on. */
  readonly happened: readonly AdjustmentCause[];
  readonly wasStated: boolean;
  /** Whether the settings give the same credits as those of the last statement. */
  readonly isCreditedAlike: boolean;
}

/** Why a conversion's credits differ from those stated; at least one cause. */
export function explainChange(
  changes: readonly AffiliateCredit[],
  { happened, wasStated, isCreditedAlike }: SinceStated,
): readonly AdjustmentCause[] {
  // A conversion that was never stated has no credits that anything else could have changed.
  if (!wasStated && happened.includes('late-conversion')) return ['late-conversion'];
  // Settings and touches change who has which share; refunds do not.
  const isSharedOtherwise = changes.some((change) => saysSomething({ ...change, refunds: 0 }));
  const possible: readonly AdjustmentCause[] = isCreditedAlike ? happened : ['settings', ...happened];
  const causes = possible.filter((cause) => {
    return cause === 'refund' || (cause !== 'late-conversion' && isSharedOtherwise);
  });
  const isExplained = causes.some((cause) => cause !== 'refund' || !isSharedOtherwise);
  return isExplained ? causes : [...causes, 'history'];
}

/** Changes of conversions as signed lines, each with its causes. */
export function* adjustmentLines(
  about: number,
  explained: readonly {
    readonly changes: readonly AffiliateCredit[];
    readonly causes: readonly AdjustmentCause[];
  }[],
): WithPauses<readonly AffiliateLine[]> {
  const most = explained.reduce((count, { changes }) => count + changes.length, 0);
  const sums = new LineSums(about, most);
  yield* eachWithPauses(explained, ({ changes, causes }) => {
    for (const change of changes) sums.add(causes, change);
  });
  const lines = yield* sums.lines();
  return yield* inOrder(lines.filter(saysSomething));
}

function saysSomething({ conversions, gross, refunds }: AffiliateCredit | AffiliateLine): boolean {
  return Math.abs(conversions) > noise || BigInt(gross) !== 0n || BigInt(refunds) !== 0n;
}

/** Lines as they grow. Their conversions, which are fractions, are summed separately. */
class LineSums {
  readonly #about: number;
  readonly #lines = new Map<string, { line: AffiliateLine; place: number; gross: bigint; refunds: bigint }>();
  readonly #conversions: FractionSums;

  /** `most` is how many lines there can be. */
  constructor(about: number, most: number) {
    this.#about = about;
    this.#conversions = new FractionSums(most);
  }

  add(causes: readonly AdjustmentCause[], credit: AffiliateCredit): void {
    const { affiliate, subAffiliate, clickId, currency, conversions } = credit;
    const key = `${currency} ${causes} ${nameKey(credit)}`;
    let sum = this.#lines.get(key);
    if (sum === undefined) {
      const named = { affiliate, subAffiliate, clickId, about: this.#about, causes, currency };
      const line = { ...named, touches: 0, customers: 0, conversions: 0, gross: 0n, refunds: 0n };
      sum = { line, place: this.#lines.size, gross: 0n, refunds: 0n };
      this.#lines.set(key, sum);
    }
    sum.gross += BigInt(credit.gross);
    sum.refunds += BigInt(credit.refunds);
    this.#conversions.add(sum.place, conversions);
  }

  *lines(): WithPauses<readonly AffiliateLine[]> {
    const lines: AffiliateLine[] = [];
    yield* eachWithPauses(this.#lines.values(), ({ line, place, gross, refunds }) => {
      lines.push({ ...line, conversions: this.#conversions.at(place), gross, refunds });
    });
    return lines;
  }
}

function nameKey({ affiliate, subAffiliate, clickId }: AffiliateName): string {
  return JSON.stringify([affiliate, subAffiliate, clickId]);
}

/** By their names, then by currency and causes; all are about one period. */
function* inOrder(lines: readonly AffiliateLine[]): WithPauses<readonly AffiliateLine[]> {
  const placed: { readonly line: AffiliateLine; readonly values: DimensionValues }[] = [];
  yield* eachWithPauses(lines, (line) => {
    const { affiliate, subAffiliate, clickId, currency, causes } = line;
    placed.push({ line, values: [affiliate, subAffiliate, clickId, currency, causes.join(',')] });
  });
  const sorted = yield* sortedWithPauses(placed, (one, other) => compareValues(one.values, other.values));
  return sorted.map(({ line }) => line);
}
