import type { ExportKind } from '../domain/export.ts';
import { parseKeptJson } from '../domain/strict-json.ts';
import { formatInstant } from '../domain/time.ts';
import type { ChannelledPage } from '../operations/export.ts';
import { cellsAt, factsOf, known, type Row, type ShowRows, timeOf } from './export-cells.ts';
import { moneyRows } from './export-money-rows.ts';
import { touchLines } from './export-touch-lines.ts';

/** Shows the rows of every table but touches, whose lines are written without this step. */
export const exportRows: { readonly [Kind in Exclude<ExportKind, 'touches'>]: ShowRows<Kind> } = {
  customers: (page) => customerRows(page),
  ...moneyRows,
};

/** Writes a page of each table as lines. */
export const exportLines: { readonly [Kind in ExportKind]: (page: ChannelledPage<Kind>) => string } = {
  touches: touchLines,
  customers: inLines(exportRows.customers),
  conversions: inLines(exportRows.conversions),
  credits: inLines(exportRows.credits),
  spend: inLines(exportRows.spend),
};

function inLines<Kind extends ExportKind>(show: ShowRows<Kind>) {
  return (page: ChannelledPage<Kind>): string => {
    const row = show(page);
    const lines: string[] = [];
    for (let place = 0; place < page.page.rowCount; place++) lines.push(`${JSON.stringify(row(place))}\n`);
    return lines.join('');
  };
}

const customerRows: ShowRows<'customers'> = ({ page: { columns, tuples } }) => {
  const shown = new Map(Array.from(tuples, ([key, tuple]) => [key, factsOf(tuple)]));
  return (place) => {
    const cell = cellsAt(columns, place);
    const customFields = cell('customFields');
    return {
      id: cell('customerId'),
      websiteId: cell('websiteId'),
      customFields: customFields === null ? {} : parseKeptJson(customFields),
      revision: cell('revision'),
      createdTime: formatInstant(cell('createdTime')),
      updatedTime: formatInstant(cell('updatedTime')),
      leadSource: leadSourceOf(cell, shown),
    };
  };
};

type CustomerCells = ReturnType<typeof cellsAt<'customers'>>;

function leadSourceOf(cell: CustomerCells, shown: ReadonlyMap<number, Row>): Row | null {
  const [currentKey, originalKey] = [cell('tupleKey'), cell('originalTupleKey')];
  if (currentKey === null || originalKey === null) return null;
  const firstTime = timeOf(cell('originalTime'));
  return {
    ...known(shown, currentKey),
    clickId: cell('clickId'),
    path: cell('path'),
    referrer: cell('referrer'),
    createdTime: timeOf(cell('leadSourceCreatedTime')),
    updatedTime: timeOf(cell('leadSourceUpdatedTime')),
    original: {
      ...known(shown, originalKey),
      clickId: cell('originalClickId'),
      path: cell('originalPath'),
      referrer: cell('originalReferrer'),
      createdTime: firstTime,
      updatedTime: firstTime,
    },
  };
}
