import type { ChartConfiguration } from 'chart.js';
import { shortened } from '../format.ts';
import { ChartView } from './chart.tsx';

/** How many go from one place to another. The same name in another column is another place. */
export interface FlowLink {
  readonly from: string;
  readonly to: string;
  readonly count: number;
}

interface FlowParts {
  readonly label: string;
  readonly links: readonly FlowLink[];
  /** The text shown at each place. */
  readonly names: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, number>>;
}

const colours = 8;

export function FlowDiagram({ label, links, names, columns }: FlowParts) {
  const order = [...new Set(Object.values(names))];
  const configure = (colour: (name: string) => string): ChartConfiguration => {
    const colourOf = (place: string | undefined) =>
      colour(`--series-${(order.indexOf(names[place ?? ''] ?? '') % colours) + 1}`);
    return {
      type: 'sankey',
      data: {
        datasets: [
          {
            data: links.map(({ from, to, count }) => ({ from, to, flow: count })),
            labels: Object.fromEntries(
              Object.entries(names).map(([place, name]) => [place, shortened(name)]),
            ),
            column: { ...columns },
            colorFrom: ({ raw }: { raw?: unknown }) => colourOf((raw as { from?: string } | undefined)?.from),
            colorTo: ({ raw }: { raw?: unknown }) => colourOf((raw as { to?: string } | undefined)?.to),
            colorMode: 'gradient',
            alpha: 0.45,
            color: colour('--text'),
            borderWidth: 0,
            nodeWidth: 12,
          },
        ],
      },
      options: { animation: false, maintainAspectRatio: false, plugins: { legend: { display: false } } },
    } as unknown as ChartConfiguration;
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: without it, nobody scrolls it by keys.
    <section class="scroll flow" tabIndex={0} aria-label="Flow diagram">
      <ChartView label={label} configure={configure} inputs={[JSON.stringify([links, names])]} isTall />
    </section>
  );
}
