import type { JourneyQuestion, JourneySum, JourneySums } from '../ports/report.ts';
import { firstStep, type PathRow } from '../queries/path.ts';

export function journeySumsOf(
  { groups, limit }: JourneyQuestion,
  rows: readonly PathRow[],
  total: PathRow | undefined,
): JourneySums {
  const first = firstStep(groups);
  const sums = rows.map((row) => journeySumOf(row, first));
  return {
    paths: sums.filter(({ steps }) => steps.length > 0).slice(0, limit),
    unattributed: sums.find(({ steps }) => steps.length === 0) ?? null,
    total: journeySumOf(total ?? nothing, first),
  };
}

const nothing: PathRow = {
  path: '',
  conversions: 0,
  customers: 0,
  revenue: null,
  refunds: null,
  touches: null,
  milliseconds: null,
};

function journeySumOf(row: PathRow, first: number): JourneySum {
  return {
    steps: stepsOf(row.path, first),
    conversions: row.conversions,
    customers: row.customers,
    revenue: BigInt(row.revenue ?? 0),
    refunds: BigInt(row.refunds ?? 0),
    touches: row.touches ?? 0,
    milliseconds: row.milliseconds ?? 0,
  };
}

function stepsOf(path: string, first: number): readonly number[] {
  return path === '' ? [] : path.split('>').map((step) => Number(step) - first);
}
