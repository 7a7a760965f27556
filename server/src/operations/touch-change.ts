import { Failure } from '../domain/failure.ts';
import { wholeLandingSettings } from '../domain/landing-settings.ts';
import type { GivenFacts } from '../domain/lead-source.ts';
import { differsInDetails, type FormerSettings, isLeftOf, tellsDetails } from '../domain/repeated-touch.ts';
import { everStrippedBefore } from '../domain/retention.ts';
import type { TouchKey } from '../domain/touch.ts';
import type { ToldTouch } from '../domain/touch-change.ts';
import { writtenKeepers } from '../domain/written-urls.ts';
import type { AddedTouch, AddedTouches, WriteInput } from '../storage/store.ts';
import type { OperationContext } from './context.ts';

type Context = Pick<OperationContext, 'store' | 'now'>;
/** A touch with the facts that its caller wrote. */
type Written = Pick<ToldTouch, 'givenId' | 'given' | 'occurredTime'>;

/** Adds a touch of which the caller wrote `facts`. One that is sent again is compared with what the service left of it. */
export async function addTouch(
  context: Context,
  write: WriteInput<'addTouch'>,
  facts: GivenFacts,
): Promise<AddedTouch> {
  const { store } = context;
  try {
    return await store.write('addTouch', write);
  } catch (error) {
    if (!isOfOther(error)) throw error;
    const [sameAs = null] = await findLeft(context, write.organizationId, [{ ...write, given: facts }]);
    if (sameAs === null) throw error;
    return store.write('addTouch', { ...write, sameAs });
  }
}

/** As `addTouch`, for many touches; `facts` has what the caller wrote of each. */
export async function addTouches(
  context: Context,
  write: WriteInput<'addTouches'>,
  facts: readonly GivenFacts[],
): Promise<AddedTouches> {
  const { store } = context;
  const outcomes = await store.write('addTouches', write);
  const refused = [...outcomes.refusals].flatMap(([place, error]) => {
    const touch = write.touches[place];
    return touch === undefined || !isOfOther(error) ? [] : [{ place, touch }];
  });
  const written = refused.map(({ place, touch }) => ({ ...touch, given: facts[place] ?? {} }));
  const left = await findLeft(context, write.organizationId, written);
  const again = refused.flatMap(({ place, touch }, index) => {
    const sameAs = left[index] ?? null;
    return sameAs === null ? [] : [{ place, touch: { ...touch, sameAs } }];
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

function isOfOther(error: unknown): boolean {
  return error instanceof Failure && error.code === 'conflict';
}

/**
 * The keys of the touches that are what settings, be they of other times, left of those that a caller wrote; null for those of
 * which there is none. Settings are read only where nothing but details differs.
 */
async function findLeft(
  context: Context,
  organizationId: string,
  written: readonly Written[],
): Promise<readonly (TouchKey | null)[]> {
  const detailed = written.filter(({ given }) => tellsDetails(given));
  const givenIds = detailed.map(({ givenId }) => givenId).filter((id) => id !== null);
  if (givenIds.length === 0) return written.map(() => null);
  const known = await context.store.read.touchesByGivenId(organizationId, givenIds);
  const byId = new Map(known.map(({ givenId, touch }) => [givenId, touch]));
  const alike = written.map((each) => {
    const touch = byId.get(each.givenId);
    return touch !== undefined && differsInDetails(touch, each) ? touch : null;
  });
  if (alike.every((touch) => touch === null)) return alike;
  const former = await findFormerSettings(context, organizationId);
  return written.map((each, place) => {
    const touch = alike[place] ?? null;
    return touch !== null && isLeftOf(touch, each, former) ? touch.key : null;
  });
}

async function findFormerSettings({ store, now }: Context, organizationId: string): Promise<FormerSettings> {
  const [privacy, landing] = await Promise.all([
    store.read.settingVersions(organizationId, 'privacy-settings'),
    store.read.settingVersions(organizationId, 'landing-settings'),
  ]);
  return {
    stripBefore: everStrippedBefore(privacy, now()),
    keepers: writtenKeepers(landing.map(({ content }) => wholeLandingSettings(content).urlPolicy)),
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
