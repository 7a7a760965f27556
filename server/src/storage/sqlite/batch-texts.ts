import type { WriteKind } from '../store.ts';
import { received, type SentWrite, toBeSent } from './imported-touches.ts';
import type { Outcome, QueuedWrite } from './outcome.ts';

/** A batch or its outcomes as JSON: objects take twice as long to pass between threads. */
interface Text {
  readonly json: string;
}

export type SentBatch = readonly SentWrite[] | Text;
export type SentOutcomes = readonly Outcome[] | Text;

/** The most frequent of the writes whose inputs and outputs JSON carries without loss. */
const plainKinds: ReadonlySet<WriteKind> = new Set<WriteKind>(['putLeadSource', 'addTouch', 'captureTouch']);

function isPlain(batch: readonly QueuedWrite[]): boolean {
  return batch.every(({ kind }) => plainKinds.has(kind));
}

export function batchToBeSent(batch: readonly QueuedWrite[]): SentBatch {
  return isPlain(batch) ? { json: JSON.stringify(batch) } : batch.map(toBeSent);
}

export function receivedBatch(sent: SentBatch): readonly QueuedWrite[] {
  return 'json' in sent ? JSON.parse(sent.json) : sent.map(received);
}

export function outcomesToBeSent(batch: readonly QueuedWrite[], outcomes: readonly Outcome[]): SentOutcomes {
  return isPlain(batch) ? { json: JSON.stringify(outcomes) } : outcomes;
}

export function receivedOutcomes(sent: SentOutcomes): readonly Outcome[] {
  return 'json' in sent ? JSON.parse(sent.json) : sent;
}
