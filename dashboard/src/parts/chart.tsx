import type { ChartConfiguration } from 'chart.js';
import { useEffect, useRef, useState } from 'preact/hooks';
import { MissingPart } from '../advice.ts';
import { shortened } from '../format.ts';
import { useThemeChanges } from '../theme.ts';
import { Trouble } from './trouble.tsx';

interface ChartParts {
  /** A sentence on what the chart shows, for readers who cannot see it. The table beside it has the figures. */
  readonly label: string;
  /** Called again when an input or the theme changes, since it may look up the colours `--series-…`. */
  readonly configure: (colour: (name: string) => string) => ChartConfiguration;
  readonly inputs: readonly unknown[];
  readonly isTall?: boolean;
}

export function ChartView({ label, configure, inputs, isTall }: ChartParts) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [error, setError] = useState<unknown>();
  const [isDrawn, setIsDrawn] = useState(false);
  const [times, setTimes] = useState(0);
  const theme = useThemeChanges();
  useEffect(() => {
    let isWanted = true;
    let chart: { destroy(): void } | undefined;
    loadDrawing().then(
      ({ draw }) => {
        const place = canvas.current;
        if (!isWanted || place === null) return;
        const style = getComputedStyle(place);
        chart = draw(
          place,
          configure((name) => style.getPropertyValue(name)),
        );
        setIsDrawn(true);
      },
      (reason: unknown) => setError(reason),
    );
    return () => {
      isWanted = false;
      chart?.destroy();
    };
  }, [...inputs, theme, times]);
  if (error !== undefined)
    return (
      <Trouble
        error={error}
        again={() => {
          setError(undefined);
          setTimes(times + 1);
        }}
      />
    );
  return (
    <div class={isTall ? 'chart tall' : 'chart'} aria-busy={!isDrawn}>
      <canvas ref={canvas} role="img" aria-label={label} />
    </div>
  );
}

/** The drawing code comes from the service, too, when the first chart is shown. */
function loadDrawing(): Promise<typeof import('./chart-drawing.ts')> {
  return import('./chart-drawing.ts').catch((cause) => {
    throw new MissingPart('What draws the charts has not arrived.', { cause });
  });
}

export interface Series {
  readonly name: string;
  readonly values: readonly number[];
  /** Each value as text, exact to the last digit. */
  readonly texts: readonly string[];
}

interface BarsParts {
  readonly label: string;
  readonly labels: readonly string[];
  readonly series: readonly Series[];
  /** The format of numbers along the axis. */
  readonly scale: (value: number) => string;
  /** On top of each other, for parts of a whole. */
  readonly isStacked?: boolean;
  readonly isHorizontal?: boolean;
}

const colours = 8;

/** Bars beside or on top of each other. */
export function Bars({ label, isHorizontal = false, ...parts }: BarsParts) {
  return (
    <ChartView
      label={label}
      configure={(colour) => barConfiguration({ label, isHorizontal, ...parts }, colour)}
      inputs={[JSON.stringify([parts.labels, parts.series])]}
      isTall={isHorizontal}
    />
  );
}

type Colour = (name: string) => string;

function barConfiguration(
  { labels, series, scale, isStacked = false, isHorizontal = false }: BarsParts,
  colour: Colour,
): ChartConfiguration {
  const ticks = { callback: (value: string | number) => scale(Number(value)) };
  const values = { stacked: isStacked, ticks };
  const categories = { stacked: isStacked, grid: { display: false } };
  return {
    type: 'bar',
    data: {
      labels: labels.map((text) => shortened(text)),
      datasets: series.map(({ name, values: numbers }, place) => ({
        label: shortened(name),
        data: [...numbers],
        backgroundColor: colour(`--series-${(place % colours) + 1}`),
        borderRadius: 3,
        maxBarThickness: 46,
      })),
    },
    options: {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: isHorizontal ? 'y' : 'x',
      scales: isHorizontal ? { x: values, y: categories } : { x: categories, y: values },
      plugins: {
        legend: { position: 'bottom', labels: { boxWidth: 12, boxHeight: 12 } },
        tooltip: {
          callbacks: {
            label: ({ dataset, datasetIndex, dataIndex }) =>
              `${dataset.label}: ${series[datasetIndex]?.texts[dataIndex] ?? ''}`,
          },
        },
      },
    },
  };
}
