import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Metric, scrape } from '../support/metrics.ts';
import { namesInPromql } from '../support/promql.ts';
import { startTestService, type TestService } from '../support/service.ts';

const folder = join(import.meta.dirname, '../../../docs/operate');

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit: string } };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly datasource: { readonly uid: string } }[];
}

interface Dashboard {
  readonly panels: readonly Panel[];
  readonly annotations: { readonly list: readonly { readonly target: { readonly expr: string } }[] };
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

const dashboard: Dashboard = JSON.parse(readFileSync(join(folder, 'grafana-dashboard.json'), 'utf8'));
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const rows = dashboard.panels.filter(({ type }) => type === 'row');
/** What speaks of the engine alone that this run is not on. */
const ofOtherEngine =
  process.env['LEADSOURCE_TEST_ENGINE'] === 'postgres'
    ? { row: 'Database file', metrics: /_reads/ }
    : { row: 'PostgreSQL', metrics: /_pool_/ };

/** The title of the row that a panel stands in. */
function rowOf(panel: Panel): string {
  const above = rows.filter(({ gridPos }) => gridPos.y < panel.gridPos.y);
  return above.at(-1)?.title ?? '';
}

function overlap({ gridPos: one }: Panel, { gridPos: other }: Panel): boolean {
  const apart =
    one.x + one.w <= other.x ||
    other.x + other.w <= one.x ||
    one.y + one.h <= other.y ||
    other.y + other.h <= one.y;
  return !apart;
}

/** The expressions of the table of alerts. */
function alerts(): readonly string[] {
  const [, section = ''] = readFileSync(join(folder, 'README.md'), 'utf8').split('## Health and metrics');
  const table = (section.split('\n## ')[0] ?? '').split('\n').filter((line) => line.startsWith('| '));
  return table.flatMap((line) =>
    [...line.matchAll(/\| `([^`]+)`/g)].map(([, expression = '']) => expression),
  );
}

/** Prometheus makes these itself. */
const itsOwnMetrics = ['up'];
const itsOwnLabels = ['job', 'instance', 'le'];

let service: TestService;
let shown: ReadonlyMap<string, Metric>;
beforeAll(async () => {
  service = await startTestService();
  await service.call('GET', '/customers');
  const metrics = await scrape(service);
  const parts = (metric: Metric) =>
    metric.type === 'histogram'
      ? ['_bucket', '_sum', '_count'].map((part) => metric.name + part)
      : [metric.name];
  shown = new Map(metrics.flatMap((metric) => parts(metric).map((name) => [name, metric] as const)));
});
afterAll(() => service[Symbol.asyncDispose]());

/** Fails where an expression names a metric that the service does not show, or a label that its metrics do not have. */
function expectShown(expression: string): void {
  const { metrics, labels } = namesInPromql(expression);
  expect(metrics, expression).not.toEqual([]);
  const unknown = metrics.filter((name) => !shown.has(name) && !itsOwnMetrics.includes(name));
  expect(unknown, expression).toEqual([]);
  const known = metrics
    .flatMap((name) => shown.get(name)?.samples ?? [])
    .flatMap((each) => Object.keys(each.labels));
  const without = labels.filter((label) => !known.includes(label) && !itsOwnLabels.includes(label));
  // The kinds of garbage collection show with the first of each.
  expect(
    without.filter((label) => label !== 'kind'),
    expression,
  ).toEqual([]);
}

describe('the dashboard', () => {
  test('has panels with ids of their own, none over another', () => {
    expect(panels.length).toBeGreaterThan(20);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
    for (const [place, panel] of dashboard.panels.entries()) {
      expect(panel.gridPos.x + panel.gridPos.w, panel.title).toBeLessThanOrEqual(24);
      const others = dashboard.panels.slice(place + 1).filter((other) => overlap(panel, other));
      expect(
        others.map(({ title }) => title),
        panel.title,
      ).toEqual([]);
    }
  });

  test.each(panels)('$title says what it shows, in which unit, and what to do', (panel) => {
    expect(panel.title).not.toBe('');
    expect(panel.description?.length).toBeGreaterThan(40);
    expect(panel.fieldConfig?.defaults.unit).toMatch(/^\w+$/);
    for (const { uid } of [
      panel.datasource ?? { uid: '' },
      ...(panel.targets ?? []).map((each) => each.datasource),
    ]) {
      expect(uid).toMatch(/^\$\{datasource\}$/);
    }
  });

  test.each(panels.filter((panel) => rowOf(panel) !== ofOtherEngine.row))(
    '$title asks for what the service shows',
    ({ targets = [] }) => {
      expect(targets).not.toEqual([]);
      for (const { expr } of targets) {
        expectShown(expr);
        expect(expr).toContain('{job=~"$job", instance=~"$instance"');
      }
    },
  );

  test('leaves no metric of the service out', () => {
    const asked = panels.flatMap(({ targets = [] }) =>
      targets.flatMap(({ expr }) => namesInPromql(expr).metrics),
    );
    const ours = [...shown].filter(([name]) => name.startsWith('leadsource_'));
    const missing = new Set(ours.map(([, { name }]) => name));
    for (const name of asked) missing.delete(shown.get(name)?.name ?? '');
    // Of the pools, the connections in use say how many are idle.
    missing.delete('leadsource_storage_pool_idle_connections');
    expect([...missing]).toEqual([]);
  });

  test('chooses its data source, jobs and instances, and marks starts', () => {
    const { list } = dashboard.templating;
    expect(list.map(({ name }) => name)).toEqual(['datasource', 'job', 'instance']);
    for (const { definition = '' } of list) {
      const [, metric = ''] = /^label_values\((\w+)/.exec(definition) ?? [];
      if (definition !== '') expect([...shown.keys()]).toContain(metric);
    }
    for (const { target } of dashboard.annotations.list) expectShown(target.expr);
  });
});

test('the alerts that the page suggests ask for what the service shows', () => {
  expect(alerts().length).toBeGreaterThan(7);
  for (const expression of alerts()) {
    if (!ofOtherEngine.metrics.test(expression)) expectShown(expression);
  }
});

describe('the reader of expressions', () => {
  test.each([
    ['sum by (le) (rate(a_bucket{x=~"b c", y="d{}"}[5m]))', ['a_bucket'], ['x', 'y', 'le']],
    ['a{b!="c"} / on (d) group_left (e) f > 0.5', ['a', 'f'], ['b', 'd', 'e']],
    ['histogram_quantile(0.99, a) and b offset 5m or up == 0', ['a', 'b', 'up'], []],
  ])('finds the names of %s', (expression, metrics, labels) => {
    expect(namesInPromql(expression)).toEqual({ metrics, labels });
  });
});
