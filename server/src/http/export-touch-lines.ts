import { formatInstant } from '../domain/time.ts';
import { positionOf, touchId, touchOrigins } from '../domain/touch.ts';
import type { ChannelledPage } from '../operations/export.ts';
import { factsOf, known } from './export-cells.ts';

/**
 * Writes a page of touches as lines. What many of them share is serialized once per page, so that a line costs a third of what it
 * would as an object: there are far more touches than rows of any other table.
 */
export function touchLines({ page, channelOf }: ChannelledPage<'touches'>): string {
  const { rowCount, columns, tuples, actors } = page;
  const channels = mapped(tuples, (tuple) => JSON.stringify(channelOf(tuple)));
  const facts = mapped(tuples, (tuple) => JSON.stringify(factsOf(tuple)).slice(1, -1));
  const actorNames = mapped(actors, (actor) => JSON.stringify(actor));
  const { customerId, key, givenId, occurredTime, recordedTime, origin, actorKey, tupleKey } = columns;
  const { clickId, path, referrer, originalKey, currentKey } = columns;
  const lines: string[] = [];
  for (let place = 0; place < rowCount; place++) {
    const touchKey = at(key, place);
    const position = positionOf(touchKey, at(originalKey, place) ?? 0, at(currentKey, place) ?? 0);
    const id = touchId({ touch: { key: touchKey }, givenId: at(givenId, place) });
    const tuple = at(tupleKey, place);
    lines.push(
      `{"customerId":${JSON.stringify(at(customerId, place))},"id":${JSON.stringify(id)},` +
        `"occurredTime":"${formatInstant(at(occurredTime, place))}",` +
        `"recordedTime":"${formatInstant(at(recordedTime, place))}","position":"${position}",` +
        `"channel":${known(channels, tuple)},"origin":"${touchOrigins[at(origin, place)]}",` +
        `"actor":${known(actorNames, at(actorKey, place))},${known(facts, tuple)},` +
        `"clickId":${written(at(clickId, place))},"path":${written(at(path, place))},` +
        `"referrer":${written(at(referrer, place))}}\n`,
    );
  }
  return lines.join('');
}

/** Every column has a cell for each row. */
function at<Cell>(column: readonly Cell[], place: number): Cell {
  return column[place] as Cell;
}

function written(text: string | null): string {
  return text === null ? 'null' : JSON.stringify(text);
}

function mapped<Value>(
  values: ReadonlyMap<number, Value>,
  write: (value: Value) => string,
): ReadonlyMap<number, string> {
  return new Map(Array.from(values, ([key, value]) => [key, write(value)]));
}
