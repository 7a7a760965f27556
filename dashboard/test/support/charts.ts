import type { Page } from 'playwright-core';

/** Lets a window keep each chart beside the canvas that it is drawn on, so that one can look at what is drawn. */
export async function keepCharts(page: Page): Promise<void> {
  await page.route('**/assets/chart-drawing-*.js', (route) => {
    const itself = JSON.stringify(`${route.request().url()}?itself`);
    const body = `
      import { draw as drawn } from ${itself};
      export const draw = (canvas, configuration) => (canvas.chart = drawn(canvas, configuration));`;
    return route.fulfill({ contentType: 'text/javascript', body });
  });
}

/** What the canvas that is called so shows, by an expression of its `chart`. */
function drawn<Shown>(page: Page, label: RegExp, expression: string): Promise<Shown> {
  return page
    .getByRole('img', { name: label })
    .evaluate(
      (canvas, text) => new Function('chart', `return ${text}`)(canvas['chart' as never]),
      expression,
    );
}

export interface DrawnBars {
  readonly labels: readonly string[];
  readonly series: readonly {
    readonly name: string;
    readonly figures: readonly number[];
    /** What each bar's length stands for, measured along the axis. */
    readonly lengths: readonly number[];
  }[];
  /** What a pixel stands for: so much of a bar may be hidden by the axis. */
  readonly pixel: number;
}

export function drawnBars(page: Page, label: RegExp): Promise<DrawnBars> {
  return drawn(
    page,
    label,
    `({
      labels: chart.data.labels,
      pixel: Math.max(...Object.values(chart.scales).map((scale) =>
        scale.type === 'linear' ? Math.abs(scale.getValueForPixel(1) - scale.getValueForPixel(0)) : 0)),
      series: chart.data.datasets.map(({ label, data }, place) => ({
        name: label,
        figures: data,
        lengths: chart.getDatasetMeta(place).data.map((bar) => {
          const { x, y, base, horizontal } = bar.getProps(['x', 'y', 'base', 'horizontal'], true);
          const valueAt = (pixel) => (horizontal ? chart.scales.x : chart.scales.y).getValueForPixel(pixel);
          return valueAt(horizontal ? x : y) - valueAt(base);
        }),
      })),
    })`,
  );
}

/** A band of a flow diagram between the names of two places. */
export interface DrawnBand {
  readonly from: string;
  readonly to: string;
  readonly toColumn: number;
  /** Where it begins, as a share of the width of the diagram. */
  readonly left: number;
  /** What its height stands for, measured along the axis. */
  readonly value: number;
}

export function drawnBands(page: Page, label: RegExp): Promise<readonly DrawnBand[]> {
  return drawn(
    page,
    label,
    `chart.data.datasets.flatMap(({ data, labels, column }, place) =>
      chart.getDatasetMeta(place).data.map((band, index) => {
        const { from, to } = data[index];
        const { x, height } = band.getProps(['x', 'height'], true);
        const left = (x - chart.chartArea.left) / chart.chartArea.width;
        const valueAt = (pixel) => chart.scales.y.getValueForPixel(pixel);
        const value = Math.abs(valueAt(chart.chartArea.top + height) - valueAt(chart.chartArea.top));
        return { from: labels[from], to: labels[to], toColumn: column[to], left, value };
      }))`,
  );
}
