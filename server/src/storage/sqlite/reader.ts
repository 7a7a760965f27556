import { parentPort, workerData } from 'node:worker_threads';
import { Connection } from './connection.ts';
import { translateError } from './errors.ts';
import { longReads } from './long-reads.ts';
import type { ReaderBeginning, ReaderMessage, ReadMessage } from './messages.ts';
import { type Outcome, outcomeOfError } from './outcome.ts';
import { ReadLimit } from './read-limit.ts';
import { createReaders } from './readers.ts';

/** The thread for reads that may take long, so that they never delay a write or another request. */
if (parentPort === null) throw new Error('reader.ts runs as a worker thread.');
const port = parentPort;
const { path, stop, patienceMilliseconds, lateCause } = workerData as ReaderBeginning;

const limit = new ReadLimit(stop, patienceMilliseconds, lateCause);
const connection = new Connection({ path, readOnly: true, onRow: () => limit.countRow() });
const readers = createReaders(connection);

function say(message: ReaderMessage): void {
  port.postMessage(message);
}

function outcomeOf({ kind, parameters }: ReadMessage): Outcome {
  // The types were checked where the message was sent: kind and parameters match.
  const read = longReads[kind] as (...all: readonly unknown[]) => unknown;
  try {
    limit.begin();
    return { value: connection.snapshot(() => read(readers, ...parameters)) };
  } catch (error) {
    return outcomeOfError(translateError(error));
  }
}

port.on('message', (message: ReadMessage | 'close') => {
  if (message === 'close') {
    connection[Symbol.dispose]();
    port.close();
    return;
  }
  say({ id: message.id, outcome: outcomeOf(message) });
});
say({ ready: true });
