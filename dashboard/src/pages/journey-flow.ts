import type { JourneyReport } from '@leadsource/client';
import type { FlowLink } from '../parts/flow.tsx';
import { valueName } from '../report-view.ts';

type Row = JourneyReport['rows'][number];

export const mostSteps = 4;
const end = 'converted';

export interface Flow {
  readonly links: readonly FlowLink[];
  readonly names: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, number>>;
}

/**
 * The steps of paths as places in columns, and how many conversions went from one to the next. Longer paths are shown by their
 * last steps, the ones right before the conversion.
 */
export function flowOf(rows: readonly Row[]): Flow {
  const lastSteps = ({ path }: Row) => path.slice(-mostSteps);
  const endColumn = Math.max(0, ...rows.map((row) => lastSteps(row).length));
  const names: Record<string, string> = { [end]: 'Conversion' };
  const columns: Record<string, number> = { [end]: endColumn };
  const counts = new Map<string, FlowLink>();
  for (const row of rows) {
    const steps = lastSteps(row);
    const places = steps.map((step, place) => {
      const column = endColumn - steps.length + place;
      const name = valueName(row, step);
      const key = `${column}:${name}`;
      names[key] = name;
      columns[key] = column;
      return key;
    });
    for (const [place, from] of places.entries()) {
      const to = places[place + 1] ?? end;
      const key = JSON.stringify([from, to]);
      counts.set(key, { from, to, count: (counts.get(key)?.count ?? 0) + row.conversions });
    }
  }
  return { links: [...counts.values()], names, columns };
}
