import { expect, test } from 'vitest';
import {
  type Classify,
  groupTuples,
  placeLate,
  regroup,
  reportRows,
} from '../../src/domain/attribution-report.ts';
import type { ChannelTuple } from '../../src/domain/channel.ts';
import { type CreditSums, ungrouped } from '../../src/domain/credit-sum.ts';
import { withoutPauses } from '../../src/domain/pauses.ts';

/** Tuple, conversions, revenue, refunds. */
type Sum = readonly [group: number, conversions: number, revenue: number, refunds: number];

function sumsOf(...sums: readonly Sum[]): CreditSums {
  return {
    modelCount: 1,
    buckets: sums.map(() => 0),
    groups: sums.map(([group]) => group),
    conversions: sums.map(([, conversions]) => conversions),
    newCustomers: sums.map(() => 0),
    revenue: sums.map(([, , revenue]) => revenue),
    refunds: sums.map(([, , , refunds]) => refunds),
  };
}

const sources = ['', 'a', 'b', 'c', 'd', 'e', 'f'];
const tuples = new Map(
  sources.map((source, key) => [key, { source } as ChannelTuple] as const).filter(([key]) => key > 0),
);
const bySource: Classify = ({ source }) => [source];

function groupingOf(sums: CreditSums, { limit = 100, spend = [] as readonly [string, bigint][] } = {}) {
  const spent = spend.map(([source, amount]) => ({ values: [source], amount }));
  const input = { sums, tuples, classify: bySource, spend: spent, keepsUnattributed: true, limit };
  return {
    grouping: withoutPauses(groupTuples(input)),
    spent: spent.map((each) => ({ ...each, bucket: 0 })),
  };
}

test('rows are ranked by revenue, then conversions, then spend, then their values', () => {
  const sums = sumsOf([1, 1, 5, 0], [2, 1, 5, 0], [3, 1, 5, 0], [4, 2, 5, 0], [5, 9, 4, 0], [6, 0.5, 6, 0]);
  const { grouping } = groupingOf(sums, { spend: [['c', 1n]] });
  const ranked = grouping.groups.flatMap(({ values }) => values ?? []);
  expect(ranked).toEqual(['f', 'd', 'c', 'a', 'b', 'e']);
});

test('what is nothing takes no row from what is something', () => {
  const sums = sumsOf([1, 0, 0, 0], [2, 0, 0, 1]);
  const { grouping } = groupingOf(sums, { limit: 1 });
  const [rows] = [...reportRows(grouping, regroup(sums, grouping), [])];
  expect(rows?.map(({ group }) => [group.kind, group.values])).toEqual([['values', ['b']]]);
});

test('a row is something by a conversion that cost nothing, by a refund or by spend alone', () => {
  const sums = sumsOf([1, 1, 0, 0], [2, 0, 0, 1], [3, 0, 0, 0], [0, 1, 0, 0]);
  const { grouping, spent } = groupingOf(sums, { spend: [['d', 7n]] });
  const [rows] = [...reportRows(grouping, regroup(sums, grouping), spent)];
  expect(rows?.map(({ group, spend }) => [group.kind, group.values?.[0], spend])).toEqual([
    ['values', 'a', 0n],
    ['values', 'd', 7n],
    ['values', 'b', 0n],
    ['unattributed', undefined, 0n],
  ]);
});

test('what got its first credit after the grouping is with its values or the rest, but not if the filter leaves it out', () => {
  const { grouping } = groupingOf(sumsOf([1, 1, 5, 0]));
  const late = sumsOf(
    [2, 1, 5, 0],
    [ungrouped(7), 1, 3, 0],
    [ungrouped(8), 1, 2, 0],
    [ungrouped(9), 1, 1, 0],
  );
  const found = new Map([
    [7, { source: 'a' } as ChannelTuple],
    [8, { source: 'never seen' } as ChannelTuple],
    [9, { source: 'left out' } as ChannelTuple],
  ]);
  const placed = placeLate(late, grouping, found, (tuple) =>
    tuple.source === 'left out' ? null : bySource(tuple),
  );
  const [rows] = [...reportRows(grouping, placed, [])];
  expect(rows?.map(({ group, measures }) => [group.kind, measures[0]?.revenue])).toEqual([
    ['values', 8n],
    ['other', 2n],
  ]);
});
