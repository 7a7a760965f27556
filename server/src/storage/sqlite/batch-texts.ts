import type { WriteKind } from '../store.ts';
import { received, type SentWrite, toBeSent } from './imported-touches.ts';
import type { Outcome, QueuedWrite } from './messages.ts';

/** A batch, or what became of it, as JSON: objects take twice as long on their way from thread to thread. */
interface Text {
  readonly json: string;
}

export type SentBatch = readonly SentWrite[] | Text;
export type SentOutcomes = readonly Outcome[] | Text;

/** Of the writes that, with their outputs, consist of nothing but what JSON tells exactly, those that come most often. */
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
