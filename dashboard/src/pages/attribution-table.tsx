import type { AttributionReport } from '@leadsource/client';
import type { ComponentChildren } from 'preact';
import { formatMoney, formatShare } from '../format.ts';
import { viewLink } from '../location.ts';
import { type Column, Table } from '../parts/table.tsx';
import { type Dimension, dimensionNames, type Model, modelNames, valueName } from '../report-view.ts';
import { costs, type Measure, measureOf, measureText, quotients } from './measures.ts';

type Row = AttributionReport['rows'][number];

interface TableParts {
  readonly report: AttributionReport;
  /** The report of the period before; null unless the reader compares. */
  readonly before: AttributionReport | null;
  readonly measure: Measure;
  readonly chosen: readonly Model[];
  readonly currency: string;
}

/** Each row links to the conversions behind it. */
export function AttributionTable({ report, before, measure, chosen, currency }: TableParts) {
  const changeOf = before === null ? () => null : changesSince(before, measure);
  const hasSpend = report.rows.some(({ spend }) => spend !== undefined);
  const money = (amount: string | undefined) => (amount === undefined ? '–' : formatMoney(amount, currency));
  const spend: readonly Column<Row>[] = [{ title: 'Spend', isNumber: true, cell: (row) => money(row.spend) }];
  const columns: readonly Column<Row>[] = [
    ...report.dimensions.map((dimension, place) => ({
      title: dimensionNames[dimension],
      cell: (row: Row) =>
        place === 0 ? (
          <DrillDown row={row} dimension={dimension} />
        ) : (
          <span class="cut">{valueName(row, row.values[dimension])}</span>
        ),
    })),
    ...(hasSpend ? spend : []),
    ...chosen.map((model) => ({
      title: modelNames[model],
      isNumber: true,
      cell: (row: Row) => (
        <>
          {measureText(row.credits[model], measure, currency)}
          {changeOf(row, model)}
        </>
      ),
    })),
  ];
  const { totals } = report;
  const foot: ComponentChildren[] = [
    ...report.dimensions.map((_, place) => (place === 0 ? 'All' : '')),
    ...(hasSpend ? [money(totals.spend)] : []),
    ...chosen.map((model) => measureText(totals.credits[model], measure, currency)),
  ];
  return <Table caption="Attribution" columns={columns} rows={report.rows} keyOf={keyOf} foot={foot} />;
}

const keyOf = ({ values, unattributed, other }: Row) => JSON.stringify([values, unattributed, other]);

/** Links to the conversions that have a part in the row. The row of all others has no link. */
function DrillDown({ row, dimension }: { row: Row; dimension: Dimension }) {
  const name = valueName(row, row.values[dimension]);
  const target = row._links.find(({ rel }) => rel === 'conversions')?.href;
  if (target === undefined) return <>{name}</>;
  const query = Object.fromEntries(new URL(target).searchParams);
  return (
    <a class="cut" title={name} href={viewLink(['attribution', 'conversions'], query)}>
      {name}
    </a>
  );
}

/** How values differ from the period before. Values that had no row of their own then are not compared. */
function changesSince(before: AttributionReport, measure: Measure) {
  const earlier = new Map(before.rows.map((row) => [keyOf(row), row]));
  const isWhole = !before.rows.some(({ other }) => other === true);
  return (row: Row, model: Model) => {
    const old = earlier.get(keyOf(row));
    if (row.other === true || (old === undefined && !isWhole)) return null;
    const nothing = quotients.has(measure) ? null : 0;
    const value = measureOf(row.credits[model], measure) ?? nothing;
    const was = measureOf(old?.credits[model], measure) ?? nothing;
    if (value === null || was === null) return null;
    return <Change value={value} was={was} isCost={costs.has(measure)} />;
  };
}

function Change({ value, was, isCost }: { value: number; was: number; isCost: boolean }) {
  if (was === 0) return <span class="change faint">{value === 0 ? 'as before' : 'new'}</span>;
  const share = (value - was) / Math.abs(was);
  const tone = share === 0 ? 'faint' : share > 0 === isCost ? 'worse' : 'better';
  return (
    <span class={`change ${tone}`}>
      {share > 0 ? '+' : ''}
      {formatShare(share)}
    </span>
  );
}
