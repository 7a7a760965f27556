import { Failure } from '../domain/failure.ts';
import { wholeLandingSettings } from '../domain/landing-settings.ts';
import type { GivenFacts } from '../domain/lead-source.ts';
import { everStrippedBefore } from '../domain/retention.ts';
import { comparableFacts, type ToldTouch } from '../domain/touch-change.ts';
import { writtenKeepers } from '../domain/written-urls.ts';
import type { AddedTouch, AddedTouches, WriteInput } from '../storage/store.ts';
import type { OperationContext } from './context.ts';

type Context = Pick<OperationContext, 'store' | 'now'>;
type Told = Pick<ToldTouch, 'givenId' | 'occurredTime'>;

const everyTouch = { limit: Number.MAX_SAFE_INTEGER, offset: 0 };

/** Adds a touch of which the caller wrote `written`. One that is sent again is compared with what the service left of it. */
export async function addTouch(
  context: Context,
  write: WriteInput<'addTouch'>,
  written: GivenFacts,
): Promise<AddedTouch> {
  const { store } = context;
  try {
    return await store.write('addTouch', write);
  } catch (error) {
    if (!isOfOther(error)) throw error;
    const comparable = await comparerOf(context, write.organizationId);
    const given = comparable(await withItsTime(store, write), written);
    if (given === null) throw error;
    return store.write('addTouch', { ...write, given });
  }
}

/** As `addTouch`, for many touches; `written` has what the caller wrote of each. */
export async function addTouches(
  context: Context,
  write: WriteInput<'addTouches'>,
  written: readonly GivenFacts[],
): Promise<AddedTouches> {
  const { store } = context;
  const outcomes = await store.write('addTouches', write);
  const refused = [...outcomes.refusals].filter(([, error]) => isOfOther(error)).map(([place]) => place);
  if (refused.length === 0) return outcomes;
  const comparable = await comparerOf(context, write.organizationId);
  const again = refused.flatMap((place) => {
    const touch = write.touches[place];
    const given = touch === undefined ? null : comparable(touch, written[place] ?? {});
    return touch === undefined || given === null ? [] : [{ place, touch: { ...touch, given } }];
  });
  if (again.length === 0) return outcomes;
  const touches = again.map(({ touch }) => touch);
  const second = await store.write('addTouches', { ...write, touches });
  return withOutcomesOf(
    outcomes,
    second,
    again.map(({ place }) => place),
  );
}

/** The touch with the moment that is known of it where its sender does not tell one again. */
async function withItsTime({ read }: Context['store'], write: WriteInput<'addTouch'>): Promise<Told> {
  const { organizationId, customerId, givenId, occurredTime } = write;
  if (givenId === null || occurredTime !== null) return write;
  const touches = await read.touches(organizationId, customerId, everyTouch);
  const known = touches?.items.find((listed) => listed.givenId === givenId);
  return { givenId, occurredTime: known?.touch.occurredTime ?? null };
}

function isOfOther(error: unknown): boolean {
  return error instanceof Failure && error.code === 'conflict';
}

/**
 * Makes a function that gives the facts of a touch sent again that can be compared: not those that the service may have removed
 * or changed by settings that were ever in force. Null where all can be compared, or the touch has no id of its sender's.
 */
async function comparerOf(
  { store, now }: Context,
  organizationId: string,
): Promise<(told: Told, written: GivenFacts) => GivenFacts | null> {
  const [privacy, landing] = await Promise.all([
    store.read.privacySettingsHistory(organizationId),
    store.read.landingSettingsHistory(organizationId),
  ]);
  const stripBefore = everStrippedBefore(privacy, now());
  const keepers = writtenKeepers(landing.map(({ content }) => wholeLandingSettings(content).urlPolicy));
  return ({ givenId, occurredTime }, written) => {
    if (givenId === null) return null;
    const mayBeStripped = stripBefore !== null && occurredTime !== null && occurredTime < stripBefore;
    const kept = keepers.map((keep) => keep(written));
    return comparableFacts(written, kept, mayBeStripped);
  };
}

/** The outcomes of touches, of which those at `places` were tried a second time. */
function withOutcomesOf(first: AddedTouches, second: AddedTouches, places: readonly number[]): AddedTouches {
  const [keys, added] = [first.keys.slice(), first.added.slice()];
  const [owners, refusals] = [new Map(first.owners), new Map(first.refusals)];
  for (const [index, place] of places.entries()) {
    keys[place] = second.keys[index] ?? 0;
    added[place] = second.added[index] ?? 0;
    const owner = second.owners.get(index);
    if (owner !== undefined) owners.set(place, owner);
    if (second.refusals.has(index)) refusals.set(place, second.refusals.get(index));
    else refusals.delete(place);
  }
  return { keys, added, owners, refusals };
}
