import type { ChannelTuple } from './channel.ts';
import { CreditAdding, type ReportCredit } from './credit-adding.ts';
import { type CreditSums, isUngrouped, noCredit, type TupleGroups, ungrouped } from './credit-sum.ts';
import { compareValues, type DimensionValues, noTuple } from './dimension.ts';
import { cleanFraction, noise } from './fraction-sums.ts';
import { eachWithPauses, sortedWithPauses, type WithPauses } from './pauses.ts';

/** A group of tuples: those with the same values, or those without a row of their own. */
export interface ReportGroup {
  /** Null for the unattributed and for the rest. */
  readonly values: DimensionValues | null;
  readonly kind: 'values' | 'unattributed' | 'other';
}

export interface ReportRow extends ReportCredit {
  readonly group: ReportGroup;
  readonly bucket: number;
}

/** Gives a tuple's values; null where the filter leaves its touches out. */
export type Classify = (tuple: ChannelTuple) => DimensionValues | null;

interface Candidate extends ReportCredit {
  readonly values: DimensionValues;
  readonly tupleKeys: readonly number[];
}

/** How tuples are grouped for a report: a group for each of the highest-ranked values, and one for the rest. */
export interface Grouping {
  readonly groups: readonly ReportGroup[];
  readonly tuples: TupleGroups;
  /** The number of the group that these values belong to. */
  readonly groupOf: (values: DimensionValues) => number;
}

const unattributedGroup = 0;
const otherGroup = 1;
/** The group of what the report leaves out. */
const noGroup = -1;

export interface GroupingInput {
  readonly sums: CreditSums;
  /** The tuples that the sums name, by key. */
  readonly tuples: ReadonlyMap<number, ChannelTuple>;
  readonly classify: Classify;
  readonly spend: readonly { readonly values: DimensionValues; readonly amount: bigint }[];
  readonly keepsUnattributed: boolean;
  /** How many values get a row of their own. */
  readonly limit: number;
}

/**
 * Groups tuples by their values, ranked by revenue in the first model, then conversions, then spend, then the values
 * themselves.
 */
export function* groupTuples(input: GroupingInput): WithPauses<Grouping> {
  const candidates = yield* candidatesOf(input);
  const something = candidates.filter((candidate) => !isNothing(candidate));
  const ranked = yield* sortedWithPauses(something, compareCandidates);
  const groups: ReportGroup[] = [
    { kind: 'unattributed', values: null },
    { kind: 'other', values: null },
  ];
  const numbers = new Map<string, number>();
  for (const { values } of ranked.slice(0, input.limit)) {
    numbers.set(keyOf(values), groups.push({ kind: 'values', values }) - 1);
  }
  const groupOf = (values: DimensionValues) => numbers.get(keyOf(values)) ?? otherGroup;
  const grouped = new Map(input.sums.groups.map((key) => [key, noGroup]));
  yield* eachWithPauses(candidates, ({ values, tupleKeys }) => {
    for (const key of tupleKeys) grouped.set(key, groupOf(values));
  });
  grouped.set(noTuple, input.keepsUnattributed ? unattributedGroup : noGroup);
  return { groups, tuples: { tupleKeys: [...grouped.keys()], groups: [...grouped.values()] }, groupOf };
}

function* candidatesOf({ sums, tuples, classify, spend }: GroupingInput): WithPauses<Candidate[]> {
  const candidates = new Map<
    string,
    { values: DimensionValues; tupleKeys: number[]; adding: CreditAdding }
  >();
  const at = (values: DimensionValues) => {
    const key = keyOf(values);
    const known = candidates.get(key);
    if (known !== undefined) return known;
    const candidate = { values, tupleKeys: [], adding: new CreditAdding(sums.modelCount) };
    candidates.set(key, candidate);
    return candidate;
  };
  yield* eachWithPauses(sums.groups.entries(), ([place, tupleKey]) => {
    const tuple = tuples.get(tupleKey);
    const values = tuple === undefined ? null : classify(tuple);
    if (values === null) return;
    const candidate = at(values);
    candidate.tupleKeys.push(tupleKey);
    candidate.adding.addSum(sums, place);
  });
  for (const { values, amount } of spend) at(values).adding.addSpend(amount);
  const found: Candidate[] = [];
  yield* eachWithPauses(candidates.values(), ({ values, tupleKeys, adding }) => {
    found.push({ values, tupleKeys, ...adding.credit });
  });
  return found;
}

function compareCandidates(one: Candidate, other: Candidate): number {
  const [ours = noCredit, theirs = noCredit] = [one.measures[0], other.measures[0]];
  return (
    compareNumbers(theirs.revenue, ours.revenue) ||
    compareNumbers(cleanFraction(theirs.conversions), cleanFraction(ours.conversions)) ||
    compareNumbers(other.spend, one.spend) ||
    compareValues(one.values, other.values)
  );
}

function compareNumbers<Value extends number | bigint>(one: Value, other: Value): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

function keyOf(values: DimensionValues): string {
  return JSON.stringify(values);
}

/**
 * Places the sums of tuples that got their first credit after the grouping: in the row of their values where there is one, else
 * in the rest.
 */
export function placeLate(
  sums: CreditSums,
  { groupOf }: Pick<Grouping, 'groupOf'>,
  late: ReadonlyMap<number, ChannelTuple>,
  classify: Classify,
): CreditSums {
  if (late.size === 0) return sums;
  const placed = (group: number) => {
    const tuple = isUngrouped(group) ? late.get(ungrouped(group)) : undefined;
    if (tuple === undefined) return group;
    const values = classify(tuple);
    return values === null ? noGroup : groupOf(values);
  };
  return { ...sums, groups: sums.groups.map(placed) };
}

/** The tuples in sums that have no group. */
export function lateTuples({ groups }: Pick<CreditSums, 'groups'>): readonly number[] {
  return [...new Set(groups.filter(isUngrouped))].map(ungrouped);
}

/** Turns sums by tuple into sums by group. */
export function regroup(sums: CreditSums, { tuples }: Grouping): CreditSums {
  const groups = new Map(tuples.tupleKeys.map((key, index) => [key, tuples.groups[index] ?? otherGroup]));
  return { ...sums, groups: sums.groups.map((key) => groups.get(key) ?? noGroup) };
}

interface Spent {
  readonly bucket: number;
  readonly values: DimensionValues;
  readonly amount: bigint;
}

/**
 * The rows of a report that are not all zero, those of a bucket at a time: by rank, with the rest and then the unattributed
 * last.
 */
export function* reportRows(
  { groups, groupOf }: Pick<Grouping, 'groups' | 'groupOf'>,
  sums: CreditSums,
  spend: readonly Spent[],
): Generator<readonly ReportRow[], void> {
  const placesOf = Map.groupBy(sums.groups.keys(), (place) => sums.buckets[place] ?? 0);
  const spentIn = Map.groupBy(spend, ({ bucket }) => bucket);
  const buckets = [...new Set([...placesOf.keys(), ...spentIn.keys()])].sort((one, other) => one - other);
  const rankOf = (number: number) => (number > otherGroup ? number : groups.length + otherGroup - number);
  for (const bucket of buckets) {
    const rows = new Map<number, CreditAdding>();
    const at = (number: number): CreditAdding => {
      const adding = rows.get(number) ?? new CreditAdding(sums.modelCount);
      rows.set(number, adding);
      return adding;
    };
    for (const place of placesOf.get(bucket) ?? []) {
      const number = sums.groups[place] ?? noGroup;
      if (number > noGroup) at(number).addSum(sums, place);
    }
    for (const { values, amount } of spentIn.get(bucket) ?? []) at(groupOf(values)).addSpend(amount);
    yield [...rows]
      .sort(([one], [other]) => rankOf(one) - rankOf(other))
      .map(([number, adding]) => ({ ...adding.credit, bucket, group: groupAt(groups, number) }))
      .filter((row) => !isNothing(row));
  }
}

function groupAt(groups: readonly ReportGroup[], number: number): ReportGroup {
  const group = groups[number];
  if (group === undefined) throw new Error(`There is no group ${number}.`);
  return group;
}

function isNothing({ measures, spend }: ReportCredit): boolean {
  return (
    spend === 0n &&
    measures.every(
      ({ conversions, revenue, refunds }) =>
        Math.abs(conversions) < noise && revenue === 0n && refunds === 0n,
    )
  );
}
