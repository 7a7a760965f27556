import { expect } from 'vitest';
import {
  type Command,
  conversionNames,
  foresee,
  ordersOf,
  perform,
  type Step,
  type ToldTouches,
} from './commands.ts';
import { Model, type ModelView } from './model.ts';
import type { ModelConversion } from './model-money.ts';
import type { SeenCustomer, Subject } from './subject.ts';

const ids = ['a', 'b', 'c', 'd'];
const start = Date.UTC(2026, 10, 23);

type Sight = ReadonlyMap<string, SeenCustomer | null>;

/** Runs a sequence on the service and the model, and holds the one against the other after every step. */
export async function runSequence(subject: Subject, steps: readonly Step[]): Promise<void> {
  let models: readonly Model[] = [new Model()];
  let now = start;
  let before = await look(subject);
  const statesByTag = new Map<string, string>();
  let touches: readonly string[] = [];
  for (const { clockMilliseconds, commands } of steps) {
    now += clockMilliseconds;
    subject.setClock(now);
    const told: ToldTouches = { before: touches, added: [] };
    const outcomes = await Promise.all(commands.map((command) => perform(subject, command, now, told)));
    // Ids sort as arrivals do.
    touches = [...touches, ...told.added].toSorted();
    const after = await look(subject);
    const events = await subject.events();
    const conversions = await lookAtConversions(subject);
    const { toldOfPut } = subject;
    models = explain(models, { commands, outcomes, now, after, conversions, events, toldOfPut });
    checkTags(statesByTag, after);
    for (const id of ids) checkStep(before.get(id) ?? null, after.get(id) ?? null, id, commands);
    before = after;
  }
}

interface Observed {
  readonly commands: readonly Command[];
  readonly outcomes: readonly string[];
  readonly now: number;
  readonly after: Sight;
  readonly conversions: readonly ModelConversion[];
  readonly events: number | null;
  readonly toldOfPut: Subject['toldOfPut'];
}

/**
 * The models after the commands in every order that has these outcomes and leaves this state; fails where none has. There
 * may be several, since nobody sees the touches of visitors who are not linked.
 */
function explain(models: readonly Model[], observed: Observed): readonly Model[] {
  const { commands, outcomes, after, conversions, events } = observed;
  const found = new Map<string, Model>();
  for (const model of models) {
    for (const order of ordersOf(commands.length)) {
      const candidate = new Model(model);
      const foreseen = new Map(order.map((place) => [place, foreseeAt(candidate, observed, place)]));
      const sameOutcomes = outcomes.every((outcome, place) => foreseen.get(place) === outcome);
      const sameEvents = events === null || events === candidate.events;
      const sameMoney = JSON.stringify(candidate.conversions) === JSON.stringify(conversions);
      if (sameOutcomes && sameEvents && sameMoney && showsSame(candidate, after))
        found.set(candidate.whole, candidate);
    }
  }
  if (found.size > 0) return [...found.values()];
  // No order explains it: the plain difference to the order of the calls says most.
  const expected = new Model(models[0]);
  expect({ outcomes, state: knownOf(after), conversions, events }).toEqual({
    outcomes: commands.map((_, place) => foreseeAt(expected, observed, place)),
    state: viewsOf(expected),
    conversions: expected.conversions,
    events: events === null ? null : expected.events,
  });
  return [expected];
}

function foreseeAt(model: Model, { commands, now, toldOfPut }: Observed, place: number): string {
  const command = commands[place];
  if (command === undefined) return '';
  const outcome = foresee(model, command, now);
  return command.kind === 'put' ? (toldOfPut?.(outcome) ?? outcome) : outcome;
}

async function look(subject: Subject): Promise<Sight> {
  return new Map(await Promise.all(ids.map(async (id) => [id, await subject.see(id)] as const)));
}

async function lookAtConversions(subject: Subject): Promise<readonly ModelConversion[]> {
  const all = await Promise.all(conversionNames.map((name) => subject.conversion(name)));
  return all.filter((conversion) => conversion !== null);
}

function showsSame(model: Model, sight: Sight): boolean {
  return JSON.stringify(viewsOf(model)) === JSON.stringify(knownOf(sight));
}

function viewsOf(model: Model): readonly (ModelView | null)[] {
  return ranked(ids.map((id) => model.view(id)));
}

/** With arrivals counted from 1 over all customers: of numbers, only the order must agree. */
function ranked(views: readonly (ModelView | null)[]): readonly (ModelView | null)[] {
  const arrivals = views.flatMap((view) => view?.touches ?? []).map(({ arrival }) => arrival);
  const ranks = new Map(
    arrivals.toSorted((one, other) => one - other).map((arrival, place) => [arrival, place + 1]),
  );
  return views.map((view) => {
    if (view === null) return null;
    const touches = view.touches.map((touch) => ({ ...touch, arrival: ranks.get(touch.arrival) ?? 0 }));
    return { ...view, touches };
  });
}

function knownOf(sight: Sight): readonly (ModelView | null)[] {
  const views = ids.map((id) => {
    const seen = sight.get(id) ?? null;
    if (seen === null) return null;
    const touches = seen.touches.map(({ time, arrival, facts }) => ({ time, arrival, facts }));
    return { website: seen.website, touches, createdTime: seen.createdTime };
  });
  return ranked(views);
}

/** One entity tag of a customer stands for one state of its lead source, for ever. */
function checkTags(statesByTag: Map<string, string>, sight: Sight): void {
  for (const [id, seen] of sight) {
    if (seen === null) continue;
    expect(seen.entityTag === null).toBe(seen.touches.length === 0);
    if (seen.entityTag === null) continue;
    const state = shownOf(seen);
    const name = `${id} ${seen.entityTag}`;
    expect(statesByTag.get(name) ?? state).toBe(state);
    statesByTag.set(name, state);
  }
}

function checkStep(
  before: SeenCustomer | null,
  after: SeenCustomer | null,
  id: string,
  commands: readonly Command[],
): void {
  if (before === null || after === null) return;
  const removes = commands.some(({ kind }) => kind === 'remove' || kind === 'undo' || kind === 'link');
  const [original, earlier] = [after.touches[0], before.touches[0]];
  if (earlier !== undefined && !removes) {
    // It moves to an earlier touch only, and never goes without a removal.
    expect(original === undefined ? 'gone' : original.time <= earlier.time, `the original of ${id}`).toBe(
      true,
    );
    expect(after.touches.length).toBeGreaterThanOrEqual(before.touches.length);
  }
  const changed =
    JSON.stringify([before.website, before.touches]) !== JSON.stringify([after.website, after.touches]);
  if (before.revision !== null && after.revision !== null) {
    const merged = commands.some((command) => command.kind === 'merge');
    expect(after.revision > before.revision || (!changed && after.revision === before.revision)).toBe(true);
    if (!changed && !removes && !merged && commands.length === 1) expect(after).toEqual(before);
  }
  if (after.updatedTime !== null && before.updatedTime !== null && !removes) {
    expect(after.updatedTime).toBeGreaterThanOrEqual(before.updatedTime);
  }
}

function shownOf({ touches, createdTime, updatedTime }: SeenCustomer): string {
  return JSON.stringify([touches[0], touches.at(-1), createdTime, updatedTime]);
}
