import { type PathEntry, pathTableOf } from '../../domain/path-table.ts';
import type { JourneySum, JourneySums, ReadPaths } from '../ports/report.ts';
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

export function readPathsOf(
  converting: readonly Pick<PathRow, 'path' | 'conversions' | 'revenue'>[],
  nulls: readonly { readonly path: string; readonly customers: number }[],
): ReadPaths {
  let revenue = 0n;
  const entries: PathEntry[] = [];
  for (const row of converting) {
    revenue += BigInt(row.revenue ?? 0);
    const { path, conversions } = row;
    entries.push({ steps: stepsOf(path), conversions, nulls: 0, revenue: Number(row.revenue ?? 0) });
  }
  for (const { path, customers } of nulls) {
    entries.push({ steps: stepsOf(path), conversions: 0, nulls: customers, revenue: 0 });
  }
  return { table: pathTableOf(entries), revenue };
}

function stepsOf(path: string): readonly number[] {
  return path === '' ? [] : path.split('>').map(Number);
}
