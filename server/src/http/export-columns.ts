import { type ChannelTuple, tupleFields } from '../domain/channel.ts';
import { type ExportColumnType, type ExportKind, exportColumns } from '../domain/export.ts';
import { positionOf, touchId, touchOrigins } from '../domain/touch.ts';
import type { ChannelledPage } from '../operations/export.ts';
import { cellAt, known, type ShowRows } from './export-cells.ts';
import { exportRows } from './export-rows.ts';

/**
 * Rows as columns, for programs that prefer those: each line stands for some rows, as an object that has an array of cells for
 * each column of the table, or null for a column without values. It costs a third of the same rows one by one, to write and to
 * read.
 */
export const columnsType = 'application/vnd.leadsource.columns';

type Cells = readonly unknown[];

/** Times become milliseconds since 1970, and JSON of any shape becomes text. Everything else is as in a row. */
const shownIn: Readonly<Partial<Record<ExportColumnType, (value: unknown) => unknown>>> = {
  time: (text) => Date.parse(String(text)),
  json: (value) => JSON.stringify(value),
};

/** Writes a page of each table as a line. */
export const exportColumnLines: {
  readonly [Kind in ExportKind]: (page: ChannelledPage<Kind>) => string;
} = {
  touches: touchColumns,
  customers: inColumns('customers', exportRows.customers),
  conversions: inColumns('conversions', exportRows.conversions),
  credits: inColumns('credits', exportRows.credits),
  spend: inColumns('spend', exportRows.spend),
};

function inColumns<Kind extends ExportKind>(kind: Kind, show: ShowRows<Kind>) {
  const columns = exportColumns[kind].map(({ name, type }) => {
    return { name, cellOf: cellAt(name), shown: shownIn[type] ?? ((value: unknown) => value) };
  });
  return (page: ChannelledPage<Kind>): string => {
    const rows = Array.from({ length: page.page.rowCount }, (_, place) => place).map(show(page));
    return lineOf(
      columns.map(({ name, cellOf, shown }) => {
        const cells = rows.map(cellOf);
        return [name, cells.map((cell) => (cell === null ? null : shown(cell)))];
      }),
    );
  };
}

function touchColumns({ page, channelOf }: ChannelledPage<'touches'>): string {
  const { columns, tuples, actors } = page;
  const { key, givenId, originalKey, currentKey } = columns;
  const channels = new Map(Array.from(tuples, ([tupleKey, tuple]) => [tupleKey, channelOf(tuple)]));
  const told = columns.tupleKey.map((tupleKey) => known<ChannelTuple>(tuples, tupleKey));
  return lineOf([
    ['customerId', columns.customerId],
    ['id', key.map((each, place) => touchId({ touch: { key: each }, givenId: givenId[place] ?? null }))],
    ['occurredTime', columns.occurredTime],
    ['recordedTime', columns.recordedTime],
    ['position', key.map((each, place) => positionOf(each, originalKey[place] ?? 0, currentKey[place] ?? 0))],
    ['channel', columns.tupleKey.map((tupleKey) => known(channels, tupleKey))],
    ['origin', columns.origin.map((origin) => touchOrigins[origin])],
    ['actor', columns.actorKey.map((actorKey) => known(actors, actorKey))],
    ...tupleFields.map((field) => [field, told.map((tuple) => tuple[field])] as const),
    ['clickId', columns.clickId],
    ['path', columns.path],
    ['referrer', columns.referrer],
  ]);
}

function lineOf(columns: readonly (readonly [name: string, cells: Cells])[]): string {
  if (columns[0]?.[1].length === 0) return '';
  const members = columns.map(
    ([name, cells]) =>
      `${JSON.stringify(name)}:${cells.every((cell) => cell === null) ? 'null' : JSON.stringify(cells)}`,
  );
  return `{${members.join(',')}}\n`;
}
