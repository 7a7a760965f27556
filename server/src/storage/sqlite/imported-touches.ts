import { type GivenFacts, type LeadSourceField, leadSourceFields } from '../../domain/lead-source.ts';
import type { Instant } from '../../domain/time.ts';
import type { TouchKey } from '../../domain/touch.ts';
import { TouchOutcomes } from '../import-writes.ts';
import type { AddedTouches, ImportedTouch, WriteInput } from '../store.ts';
import { errorOf, type Outcome, outcomeOfError, type QueuedWrite, type Refusal } from './outcome.ts';

/** Touches on their way between threads, as columns: an object for each would cost several times as much as its strings. */
interface TouchColumns {
  readonly customerIds: readonly string[];
  readonly givenIds: readonly (string | null)[];
  readonly occurredTimes: readonly (Instant | null)[];
  /** Null if no touch is known to be kept already. */
  readonly sameAs: readonly (TouchKey | null)[] | null;
  /** A column for each field; null if no touch has the field. */
  readonly facts: readonly (readonly Fact[] | null)[];
}

type TouchesInput = WriteInput<'addTouches'>;

/** A write as sent to the writing thread. */
export type SentWrite =
  | QueuedWrite
  | {
      readonly kind: 'sentTouches';
      readonly input: Omit<TouchesInput, 'touches'>;
      readonly columns: TouchColumns;
    };

export function isOfTouches(write: QueuedWrite): write is { kind: 'addTouches'; input: TouchesInput } {
  return write.kind === 'addTouches';
}

/** The size of a write within a batch. */
export function sizeOf(write: QueuedWrite): number {
  return isOfTouches(write) ? write.input.touches.length : 1;
}

export function sizeOfAll(batch: readonly QueuedWrite[]): number {
  return batch.reduce((sum, write) => sum + sizeOf(write), 0);
}

/** How many of a write's changes were stored. */
export function keptOf(write: QueuedWrite | undefined, outcome: Outcome): number {
  if (!('value' in outcome)) return 0;
  if (write === undefined || !isOfTouches(write)) return 1;
  return sizeOf(write) - (outcome.value as AddedTouches).refusals.size;
}

type Fact = string | null | undefined;

/** Written out, since reading a member by a variable name costs several times as much. */
const factReaders: Readonly<Record<LeadSourceField, (given: GivenFacts) => Fact>> = {
  medium: ({ medium }) => medium,
  source: ({ source }) => source,
  campaign: ({ campaign }) => campaign,
  term: ({ term }) => term,
  content: ({ content }) => content,
  affiliate: ({ affiliate }) => affiliate,
  subAffiliate: ({ subAffiliate }) => subAffiliate,
  salesAgent: ({ salesAgent }) => salesAgent,
  clickId: ({ clickId }) => clickId,
  path: ({ path }) => path,
  referrer: ({ referrer }) => referrer,
};

export function toBeSent(write: QueuedWrite): SentWrite {
  if (!isOfTouches(write)) return write;
  const { touches, ...input } = write.input;
  const columns = {
    customerIds: touches.map(({ customerId }) => customerId),
    givenIds: touches.map(({ givenId }) => givenId),
    occurredTimes: touches.map(({ occurredTime }) => occurredTime),
    sameAs: touches.some(({ sameAs = null }) => sameAs !== null)
      ? touches.map(({ sameAs = null }) => sameAs)
      : null,
    facts: leadSourceFields.map((field) => {
      const factOf = factReaders[field];
      return touches.some(({ given }) => factOf(given) !== undefined)
        ? touches.map(({ given }) => factOf(given))
        : null;
    }),
  };
  return { kind: 'sentTouches', input, columns };
}

export function received(sent: SentWrite): QueuedWrite {
  if (sent.kind !== 'sentTouches') return sent;
  return { kind: 'addTouches', input: { ...sent.input, touches: touchesOf(sent.columns) } };
}

function touchesOf(columns: TouchColumns): readonly ImportedTouch[] {
  const { customerIds, givenIds, occurredTimes, sameAs, facts } = columns;
  // By our own field names: strings from a message would have to be interned on every use.
  const told = leadSourceFields.flatMap((field, place) => {
    const texts = facts[place] ?? null;
    return texts === null ? [] : [[field, texts] as const];
  });
  return customerIds.map((customerId, place) => {
    const given: { [Field in LeadSourceField]?: string | null } = {};
    for (const [field, texts] of told) {
      const text = texts[place];
      if (text !== undefined) given[field] = text;
    }
    return {
      customerId,
      givenId: givenIds[place] ?? null,
      occurredTime: occurredTimes[place] ?? null,
      sameAs: sameAs?.[place] ?? null,
      given,
    };
  });
}

/** The output of a write as sent back: errors in a form that another thread can rebuild. */
export function outputToBeSent(output: unknown): unknown {
  if (!(output instanceof TouchOutcomes)) return output;
  const refusals = new Map(Array.from(output.refusals, ([place, error]) => [place, outcomeOfError(error)]));
  return { ...output, refusals };
}

export function receivedTouches(output: unknown): AddedTouches {
  const sent = output as AddedTouches & { readonly refusals: ReadonlyMap<number, Refusal> };
  return { ...sent, refusals: new Map(Array.from(sent.refusals, ([place, each]) => [place, errorOf(each)])) };
}

/** The touches as single writes, so that an unexpected error hits only the touch that causes it. */
export function apart({
  kind,
  input,
}: QueuedWrite & { readonly input: TouchesInput }): readonly QueuedWrite[] {
  return input.touches.map((touch) => ({ kind, input: { ...input, touches: [touch] } }));
}

/** The joint outcome of touches that were added as single writes. */
export function together(outcomes: readonly Outcome[]): Outcome {
  const all = new TouchOutcomes(outcomes.length);
  const refusals = new Map<number, Refusal>();
  outcomes.forEach((outcome, place) => {
    if (!('value' in outcome)) {
      refusals.set(place, outcome);
      return;
    }
    const { keys, added, owners, refusals: refused } = outcome.value as AddedTouches;
    all.keys[place] = keys[0] ?? 0;
    all.added[place] = added[0] ?? 0;
    for (const owner of owners.values()) all.owners.set(place, owner);
    for (const refusal of refused.values()) refusals.set(place, refusal as Refusal);
  });
  return { value: { ...all, refusals } };
}
