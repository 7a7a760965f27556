import type { ExportKind } from '../domain/export.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { formatInstant } from '../domain/time.ts';
import { positionOf, touchId, touchOrigins } from '../domain/touch.ts';
import { cellsAt, deepestKeptJson, factsOf, known, type Row, type ShowRows, timeOf } from './export-cells.ts';
import { moneyRows } from './export-money-rows.ts';

/** How the rows of each table are shown. */
export const exportRows: { readonly [Kind in ExportKind]: ShowRows<Kind> } = {
  touches: ({ page: { columns, tuples, actors }, channelOf }) => {
    const shown = new Map(
      Array.from(tuples, ([key, tuple]) => [key, { channel: channelOf(tuple), facts: factsOf(tuple) }]),
    );
    return (place) => {
      const cell = cellsAt(columns, place);
      const { channel, facts } = known(shown, cell('tupleKey'));
      const key = cell('key');
      return {
        customerId: cell('customerId'),
        id: touchId({ touch: { key }, givenId: cell('givenId') }),
        occurredTime: formatInstant(cell('occurredTime')),
        recordedTime: formatInstant(cell('recordedTime')),
        position: positionOf(key, cell('originalKey') ?? 0, cell('currentKey') ?? 0),
        channel,
        origin: touchOrigins[cell('origin')],
        actor: known(actors, cell('actorKey')),
        ...facts,
        clickId: cell('clickId'),
        path: cell('path'),
        referrer: cell('referrer'),
      };
    };
  },
  customers: ({ page: { columns, tuples } }) => {
    const shown = new Map(Array.from(tuples, ([key, tuple]) => [key, factsOf(tuple)]));
    return (place) => {
      const cell = cellsAt(columns, place);
      const customFields = cell('customFields');
      return {
        id: cell('customerId'),
        websiteId: cell('websiteId'),
        customFields: customFields === null ? {} : parseStrictJson(customFields, deepestKeptJson),
        revision: cell('revision'),
        createdTime: formatInstant(cell('createdTime')),
        updatedTime: formatInstant(cell('updatedTime')),
        leadSource: leadSourceOf(cell, shown),
      };
    };
  },
  ...moneyRows,
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
