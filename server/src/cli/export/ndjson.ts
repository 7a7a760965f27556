import { gathering, type SinkMaker } from './sink.ts';

/** Writes one row per line, as the API shows it. */
export const ndjsonSink: SinkMaker = (_kind, write) => {
  const { add, end } = gathering(write);
  return { add: (row) => add(`${JSON.stringify(row)}\n`), end };
};
