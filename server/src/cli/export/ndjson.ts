import { gathering, type SinkMaker } from './sink.ts';

/** A row a line, as the API has it. */
export const ndjsonSink: SinkMaker = (_kind, write) => {
  const { add, end } = gathering(write);
  return { add: (row) => add(`${JSON.stringify(row)}\n`), end };
};
