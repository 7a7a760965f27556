import type { ChannelTuple } from './channel.ts';
import {
  addMeasures,
  type CreditMeasures,
  type CreditSum,
  noCredit,
  type TupleGroups,
} from './credit-sum.ts';
import { compareValues, type DimensionValues, noTuple } from './dimension.ts';

/** What becomes of the tuples whose values are the same, or that have no row of their own. */
export interface ReportGroup {
  /** Null for the unattributed and for the rest. */
  readonly values: DimensionValues | null;
  readonly kind: 'values' | 'unattributed' | 'other';
}

export interface ReportCredit {
  readonly measures: readonly CreditMeasures[];
  readonly spend: bigint;
}

export interface ReportRow extends ReportCredit {
  readonly group: ReportGroup;
  readonly bucket: number;
}

/** A tuple's values, or null where the filter leaves its touches out. */
export type Classify = (tuple: ChannelTuple) => DimensionValues | null;

interface Candidate extends ReportCredit {
  readonly values: DimensionValues;
  readonly tupleKeys: number[];
}

/** How tuples are grouped for a report: a group for each of the most important values, and one for the rest. */
export interface Grouping {
  readonly groups: readonly ReportGroup[];
  readonly tuples: TupleGroups;
  /** The number of the group of some values. */
  readonly groupOf: (values: DimensionValues) => number;
}

const unattributedGroup = 0;
const otherGroup = 1;

export interface GroupingInput {
  readonly sums: readonly CreditSum[];
  /** Of the tuples that the sums name. */
  readonly tuples: ReadonlyMap<number, ChannelTuple>;
  readonly classify: Classify;
  readonly spend: readonly { readonly values: DimensionValues; readonly amount: bigint }[];
  readonly keepsUnattributed: boolean;
  /** How many values have a row of their own. */
  readonly limit: number;
}

/** Groups tuples by their values: most revenue in the first model first, then most conversions, most spend, the value. */
export function groupTuples(input: GroupingInput): Grouping {
  const ranked = [...candidatesOf(input).values()]
    .filter((candidate) => !isNothing(candidate))
    .sort(compareCandidates);
  const groups: ReportGroup[] = [
    { kind: 'unattributed', values: null },
    { kind: 'other', values: null },
  ];
  const tupleKeys: number[] = input.keepsUnattributed ? [noTuple] : [];
  const groupNumbers: number[] = input.keepsUnattributed ? [unattributedGroup] : [];
  const numbers = new Map<string, number>();
  for (const [rank, candidate] of ranked.entries()) {
    let group = otherGroup;
    if (rank < input.limit) {
      group = groups.push({ kind: 'values', values: candidate.values }) - 1;
      numbers.set(keyOf(candidate.values), group);
    }
    for (const key of candidate.tupleKeys) {
      tupleKeys.push(key);
      groupNumbers.push(group);
    }
  }
  return {
    groups,
    tuples: { tupleKeys, groups: groupNumbers },
    groupOf: (values) => numbers.get(keyOf(values)) ?? otherGroup,
  };
}

function candidatesOf({ sums, tuples, classify, spend }: GroupingInput): Map<string, Candidate> {
  const candidates = new Map<string, Candidate>();
  const add = (values: DimensionValues, added: ReportCredit): Candidate => {
    const key = keyOf(values);
    const known = candidates.get(key) ?? { values, tupleKeys: [], measures: [], spend: 0n };
    const changed = { ...known, ...addCredit(known, added) };
    candidates.set(key, changed);
    return changed;
  };
  for (const { group: tupleKey, measures } of sums) {
    const tuple = tuples.get(tupleKey);
    const values = tuple === undefined ? null : classify(tuple);
    if (values !== null) add(values, { measures, spend: 0n }).tupleKeys.push(tupleKey);
  }
  for (const { values, amount } of spend) add(values, { measures: [], spend: amount });
  return candidates;
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

export function addCredit(some: ReportCredit, more: ReportCredit): ReportCredit {
  const [longer, shorter] =
    some.measures.length >= more.measures.length
      ? [some.measures, more.measures]
      : [more.measures, some.measures];
  return { measures: addMeasures(longer, shorter), spend: some.spend + more.spend };
}

/** Sums by tuple as sums by group. */
export function regroup(sums: readonly CreditSum[], { tuples }: Grouping): readonly CreditSum[] {
  const groups = new Map(tuples.tupleKeys.map((key, index) => [key, tuples.groups[index] ?? otherGroup]));
  return sums.flatMap((sum) => {
    const group = groups.get(sum.group);
    return group === undefined ? [] : [{ ...sum, group }];
  });
}

/** The rows of a report that say something: by bucket, then by rank; the rest and the unattributed come last. */
export function reportRows(
  { groups, groupOf }: Pick<Grouping, 'groups' | 'groupOf'>,
  sums: readonly CreditSum[],
  spend: readonly { readonly bucket: number; readonly values: DimensionValues; readonly amount: bigint }[],
  modelCount: number,
): readonly ReportRow[] {
  const nothing: ReportCredit = { measures: Array<CreditMeasures>(modelCount).fill(noCredit), spend: 0n };
  const rows = new Map<string, ReportRow & { readonly number: number }>();
  const add = (bucket: number, number: number, credit: ReportCredit): void => {
    const group = groups[number];
    if (group === undefined) throw new Error(`There is no group ${number}.`);
    const known = rows.get(`${bucket} ${number}`) ?? { ...nothing, bucket, group, number };
    rows.set(`${bucket} ${number}`, { ...known, ...addCredit(known, credit) });
  };
  for (const { bucket, group, measures } of sums) add(bucket, group, { measures, spend: 0n });
  for (const { bucket, values, amount } of spend) {
    add(bucket, groupOf(values), { measures: nothing.measures, spend: amount });
  }
  const rankOf = (number: number) => (number > otherGroup ? number : groups.length + otherGroup - number);
  return [...rows.values()]
    .filter((row) => !isNothing(row))
    .sort((one, other) => one.bucket - other.bucket || rankOf(one.number) - rankOf(other.number));
}

export function totalOf(rows: readonly ReportCredit[], modelCount: number): ReportCredit {
  const nothing: ReportCredit = { measures: Array<CreditMeasures>(modelCount).fill(noCredit), spend: 0n };
  return rows.reduce(addCredit, nothing);
}

/** What sums of many fractions leave where there is nothing. */
const noise = 1e-9;

function isNothing({ measures, spend }: ReportCredit): boolean {
  return (
    spend === 0n &&
    measures.every(
      ({ conversions, revenue, refunds }) =>
        Math.abs(conversions) < noise && revenue === 0n && refunds === 0n,
    )
  );
}

/** A number of conversions to twelve digits: what is beyond depends on the order in which fractions were added. */
export function cleanFraction(value: number): number {
  return Math.abs(value) < noise ? 0 : Number(value.toPrecision(12));
}
