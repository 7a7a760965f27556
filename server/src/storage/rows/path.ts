import type { JourneySum, JourneySums } from '../ports/report.ts';
import type { PathRow } from '../queries/path.ts';

export function journeySumsOf(rows: readonly PathRow[], total: PathRow | undefined): JourneySums {
  return { paths: rows.map(journeySumOf), total: journeySumOf(total ?? nothing) };
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

function journeySumOf(row: PathRow): JourneySum {
  return {
    steps: stepsOf(row.path),
    conversions: row.conversions,
    customers: row.customers,
    revenue: BigInt(row.revenue ?? 0),
    refunds: BigInt(row.refunds ?? 0),
    touches: row.touches ?? 0,
    milliseconds: row.milliseconds ?? 0,
  };
}

function stepsOf(path: string): readonly number[] {
  return path === '' ? [] : path.split('>').map(Number);
}
