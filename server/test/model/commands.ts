import fc from 'fast-check';
import type { Model, Outcome } from './model.ts';
import type { Subject } from './subject.ts';

/** One call of a client. */
export type Command =
  | { readonly kind: 'put'; readonly id: string; readonly facts: string; readonly mustBeNew: boolean }
  | { readonly kind: 'remove' | 'get'; readonly id: string }
  | {
      readonly kind: 'save';
      readonly id: string;
      readonly website: string | null;
      readonly facts: string | null;
    }
  | { readonly kind: 'add'; readonly id: string; readonly facts: string; readonly agoMilliseconds: number }
  /** Of the touches that earlier steps added, the one with this number, counted round. */
  | { readonly kind: 'undo'; readonly id: string; readonly number: number }
  | { readonly kind: 'merge'; readonly id: string; readonly target: string }
  | {
      readonly kind: 'capture';
      readonly visitor: string;
      readonly facts: string;
      readonly agoMilliseconds: number;
    }
  /** A time of null is not told. */
  | {
      readonly kind: 'link';
      readonly id: string;
      readonly visitor: string;
      readonly agoMilliseconds: number | null;
    }
  | { readonly kind: 'convert'; readonly id: string; readonly conversion: string; readonly amount: number }
  | { readonly kind: 'refund'; readonly conversion: string; readonly amount: number | null };

/** Calls that clients make at the same time, after the clock has moved by some milliseconds. */
export interface Step {
  readonly clockMilliseconds: number;
  readonly commands: readonly Command[];
}

const ids = fc.constantFrom('a', 'b', 'c', 'd');
const factsChoice = fc.constantFrom('one', 'two', 'three', '');
const visitors = fc.constantFrom('visitor1', 'visitor2');
export const conversionNames = ['conversion1', 'conversion2', 'conversion3'] as const;
const conversion = fc.constantFrom(...conversionNames);
const put = fc.record({
  kind: fc.constant('put' as const),
  id: ids,
  facts: factsChoice,
  mustBeNew: fc.constant(false),
});
const commands: fc.Arbitrary<Command> = fc.oneof(
  { weight: 6, arbitrary: put },
  { weight: 1, arbitrary: put.map((command) => ({ ...command, mustBeNew: true })) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), id: ids }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('get' as const), id: ids }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('add' as const),
      id: ids,
      facts: factsChoice,
      agoMilliseconds: fc.constantFrom(0, 0, 1, 1000, 3000, -1),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('undo' as const), id: ids, number: fc.nat(7) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('merge' as const), id: ids, target: ids }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('save' as const),
      id: ids,
      website: fc.constantFrom(null, 'x', 'y'),
      facts: fc.option(factsChoice),
    }),
  },
);

/** Of browsers and money; the facts of a page are never empty, since the address has them. */
const further: fc.Arbitrary<Command> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('capture' as const),
      visitor: visitors,
      facts: fc.constantFrom('one', 'two', 'three'),
      agoMilliseconds: fc.constantFrom(0, 0, 1000, 4000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('link' as const),
      id: ids,
      visitor: visitors,
      agoMilliseconds: fc.constantFrom(null, 0, 1000, 5000),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('convert' as const),
      id: ids,
      conversion,
      amount: fc.constantFrom(1000, 701),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('refund' as const),
      conversion,
      amount: fc.constantFrom(null, 300, 1000),
    }),
  },
);

/** Steps of up to three clients; the clock stands still as often as not, and sometimes goes backwards. */
export const sequences: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    clockMilliseconds: fc.constantFrom(0, 0, 0, 1, 1000, -1, -5000),
    commands: fc.array(fc.oneof({ weight: 2, arbitrary: commands }, { weight: 1, arbitrary: further }), {
      minLength: 1,
      maxLength: 3,
    }),
  }),
  { minLength: 1, maxLength: 12 },
);

/** The public ids of added touches, in the order of their arrival. */
export interface ToldTouches {
  readonly before: readonly string[];
  readonly added: string[];
}

const unknownTouch = 'tch_0000000000000';

/** What the service does at `now`; a get answers what it saw. */
export async function perform(
  subject: Subject,
  command: Command,
  now: number,
  touches: ToldTouches,
): Promise<Outcome | string> {
  switch (command.kind) {
    case 'add': {
      const touchId = await subject.add(command.id, command.facts, now - command.agoMilliseconds);
      touches.added.push(touchId);
      return 'created';
    }
    case 'undo': {
      const { before } = touches;
      return await subject.undo(command.id, before[command.number % before.length] ?? unknownTouch);
    }
    case 'put':
      return await subject.put(command.id, command.facts, command.mustBeNew);
    case 'remove':
      return await subject.remove(command.id);
    case 'save':
      return await subject.save(command.id, command.website, command.facts);
    case 'merge':
      return await subject.merge(command.id, command.target);
    case 'capture':
      return await subject.capture(command.visitor, command.facts, now - command.agoMilliseconds);
    case 'link':
      return await subject.link(command.id, command.visitor, momentAgo(now, command.agoMilliseconds));
    case 'convert':
      return await subject.convert(command.id, command.conversion, command.amount);
    case 'refund':
      return await subject.refund(command.conversion, command.amount);
    case 'get':
      return endsOf((await subject.ends(command.id)) ?? null);
  }
}

/** What the model says the service does. */
export function foresee(model: Model, command: Command, now: number): Outcome | string {
  switch (command.kind) {
    case 'add':
      return model.add(command.id, command.facts, now - command.agoMilliseconds, now);
    case 'undo':
      return model.undo(command.id, command.number);
    case 'put':
      return model.put(command.id, command.facts, now, command.mustBeNew);
    case 'remove':
      return model.remove(command.id);
    case 'save':
      return model.save(command.id, command.website, command.facts, now);
    case 'merge':
      return model.merge(command.id, command.target);
    case 'capture':
      return model.capture(command.visitor, command.facts, now - command.agoMilliseconds, now);
    case 'link':
      return model.link(command.id, command.visitor, momentAgo(now, command.agoMilliseconds), now);
    case 'convert':
      return model.convert(command.id, command.conversion, command.amount);
    case 'refund':
      return model.refund(command.conversion, command.amount);
    case 'get': {
      const touches = model.view(command.id)?.touches ?? [];
      const [original, current] = [touches[0], touches.at(-1)];
      return endsOf(original === undefined || current === undefined ? null : [original.facts, current.facts]);
    }
  }
}

function momentAgo(now: number, agoMilliseconds: number | null): number | null {
  return agoMilliseconds === null ? null : now - agoMilliseconds;
}

function endsOf(ends: readonly [string, string] | null): string {
  return ends === null ? 'nothing' : `${ends[0]} … ${ends[1]}`;
}

/** Every order in which commands made at the same time may have taken effect. */
export function ordersOf(count: number): readonly (readonly number[])[] {
  if (count === 0) return [[]];
  return ordersOf(count - 1).flatMap((order) =>
    Array.from({ length: count }, (_, place) => [...order.slice(0, place), count - 1, ...order.slice(place)]),
  );
}
