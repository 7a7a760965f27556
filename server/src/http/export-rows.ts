import { type ChannelTuple, tupleFields } from '../domain/channel.ts';
import type { ExportKind } from '../domain/export.ts';
import { parseStrictJson } from '../domain/strict-json.ts';
import { formatInstant, type Instant } from '../domain/time.ts';
import { positionOf, touchId, touchOrigins } from '../domain/touch.ts';
import type { ChannelledPage } from '../operations/export.ts';
import type { ExportedColumns } from '../storage/store.ts';

/** Deeper than any body that was accepted. */
const deepestCustomFields = 64;

type Document = Readonly<Record<string, unknown>>;

/** How the rows of each table are shown: a function of a page, that shows the row at a place. */
export const exportRows: {
  readonly [Kind in ExportKind]: (page: ChannelledPage<Kind>) => (place: number) => Document;
} = {
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
        customFields: customFields === null ? {} : parseStrictJson(customFields, deepestCustomFields),
        revision: cell('revision'),
        createdTime: formatInstant(cell('createdTime')),
        updatedTime: formatInstant(cell('updatedTime')),
        leadSource: leadSourceOf(cell, shown),
      };
    };
  },
};

type CustomerCells = ReturnType<typeof cellsAt<'customers'>>;

function leadSourceOf(cell: CustomerCells, shown: ReadonlyMap<number, Document>): Document | null {
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

function cellsAt<Kind extends ExportKind>(columns: ExportedColumns<Kind>, place: number) {
  return <Column extends keyof ExportedColumns<Kind>>(column: Column) =>
    // Every column has a cell for each row.
    columns[column][place] as ExportedColumns<Kind>[Column][number];
}

function factsOf(tuple: ChannelTuple): Document {
  return Object.fromEntries(tupleFields.map((field) => [field, tuple[field]]));
}

function timeOf(instant: Instant | null): string | null {
  return instant === null ? null : formatInstant(instant);
}

function known<Value>(values: ReadonlyMap<number, Value>, key: number): Value {
  const value = values.get(key);
  if (value === undefined) throw new Error(`A page names ${key}, but does not say what that is.`);
  return value;
}
