import { BoundedMap } from '../../domain/bounded-map.ts';
import type { ChannelTuple } from '../../domain/channel.ts';
import type { ClickIdKind } from '../../domain/click-id.ts';
import { Failure } from '../../domain/failure.ts';
import type { LeadSource } from '../../domain/lead-source.ts';
import { cachedActors, cachedTuples } from '../cached-names.ts';
import { tupleColumns } from '../columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import { channelMembers } from '../queries/touch.ts';
import { type NamedTuple, tupleDigest, tupleOf, tupleRowOf } from '../tuple.ts';
import { type Connection, query } from './connection.ts';

/** More ids than an organization has tuples or actors; keys stay exact for the first two million organizations. */
const idsOfAnOrganization = 2 ** 32;

/** An organization by its number and its public id. */
export interface NamedOrganization {
  readonly number: number;
  readonly publicId: string;
}

/** Resolves organizations, tuples and actors through caches that never expire, since such rows never change. */
export class Interning {
  readonly #statements: ReturnType<typeof interningStatements>;
  readonly #organizations = new Map<string, number>();
  readonly #tuples = new BoundedMap<number, ChannelTuple>(cachedTuples);
  readonly #actors = new BoundedMap<number, string>(cachedActors);

  constructor(connection: Connection) {
    this.#statements = interningStatements(connection);
  }

  /** The number of an organization; null if it is unknown. */
  findOrganization(publicId: string): number | null {
    const known = this.#organizations.get(publicId);
    if (known !== undefined) return known;
    const row = this.#statements.organization.get({ publicId });
    if (row === undefined) return null;
    this.#organizations.set(publicId, row.organization_id);
    return row.organization_id;
  }

  organization(publicId: string): number {
    const known = this.findOrganization(publicId);
    if (known === null) throw new Failure('not-found', 'No such organization.');
    return known;
  }

  named(publicId: string): NamedOrganization {
    return { number: this.organization(publicId), publicId };
  }

  tuple(organizationId: number, tupleId: number): ChannelTuple {
    const pair = pairOf(organizationId, tupleId);
    const known = this.#tuples.get(pair);
    if (known !== undefined) return known;
    const row = this.#statements.tuple.get({ organizationId, tupleId });
    if (row === undefined) throw new Error(`Lead source tuple ${organizationId} ${tupleId} is missing.`);
    // SQLite's row objects have no fixed shape, so reading their members is slower each time.
    const tuple = { ...row };
    this.#tuples.set(pair, tuple);
    return tuple;
  }

  actor(organizationId: number, actorId: number): string {
    const pair = pairOf(organizationId, actorId);
    const known = this.#actors.get(pair);
    if (known !== undefined) return known;
    const row = this.#statements.actor.get({ organizationId, actorId });
    if (row === undefined) throw new Error(`Actor ${organizationId} ${actorId} is missing.`);
    this.#actors.set(pair, row.actor);
    return row.actor;
  }

  forget(): void {
    this.#organizations.clear();
    this.#tuples.clear();
    this.#actors.clear();
  }
}

/** Both ids as one number for map keys: strings would have to be built, hashed and interned for each look-up. */
function pairOf(organizationId: number, id: number): number {
  return organizationId * idsOfAnOrganization + id;
}

type Noun = 'touch' | 'event' | 'timeline-entry' | 'setting-change' | 'import' | 'conversion' | 'refund';

const keysReservedAtOnce = 1024;
const reservation = { count: keysReservedAtOnce, firstEnd: 1 + keysReservedAtOnce };

interface KeyRange {
  next: number;
  readonly end: number;
}

/**
 * Assigns these numbers, inside a writing transaction. After a rollback `forget` must be called, since what is cached may
 * never have been stored.
 */
export class Numbering {
  readonly #statements: ReturnType<typeof numberingStatements>;
  readonly #tupleIds = new BoundedMap<string, number>(cachedTuples);
  readonly #actorIds = new BoundedMap<string, Map<number, number>>(cachedActors);
  readonly #ranges = new Map<Noun, Map<number, KeyRange>>();

  constructor(connection: Connection) {
    this.#statements = numberingStatements(connection);
  }

  tupleId(organizationId: number, leadSource: LeadSource, clickIdKind: ClickIdKind | null): number {
    const named = tupleOf(leadSource, clickIdKind);
    const name = `${organizationId} ${named.members}`;
    const known = this.#tupleIds.get(name);
    if (known !== undefined) return known;
    const found = this.#statements.tupleByDigest.get({ organizationId, digest: tupleDigest(named) });
    const tupleId = found?.tuple_id ?? this.#addTuple(organizationId, named);
    this.#tupleIds.set(name, tupleId);
    return tupleId;
  }

  actorId(organizationId: number, actor: string): number {
    const known = this.#actorIds.get(actor)?.get(organizationId);
    if (known !== undefined) return known;
    const found = this.#statements.actorByName.get({ organizationId, actor });
    const actorId = found?.actor_id ?? (this.#statements.lastActorId.get({ organizationId })?.last ?? 0) + 1;
    if (found === undefined) this.#statements.addActor.run({ organizationId, actorId, actor });
    const ids = this.#actorIds.get(actor) ?? new Map<number, number>();
    this.#actorIds.set(actor, ids.set(organizationId, actorId));
    return actorId;
  }

  /** A key that no row of this noun has or had, above all that this connection assigned before. Gaps mean nothing. */
  nextKey(organizationId: number, noun: Noun): number {
    const ranges = this.#ranges.get(noun) ?? new Map<number, KeyRange>();
    let range = ranges.get(organizationId);
    if (range === undefined || range.next === range.end) {
      const end = this.#statements.reserveKeys.get({ organizationId, noun, ...reservation })?.next_key;
      if (end === undefined) throw new Error(`No ${noun} keys could be reserved.`);
      range = { next: end - keysReservedAtOnce, end };
      this.#ranges.set(noun, ranges.set(organizationId, range));
    }
    return range.next++;
  }

  forget(): void {
    this.#tupleIds.clear();
    this.#actorIds.clear();
    this.#ranges.clear();
  }

  #addTuple(organizationId: number, named: NamedTuple): number {
    const tupleId = (this.#statements.lastTupleId.get({ organizationId })?.last ?? 0) + 1;
    this.#statements.addTuple.run({ ...tupleRowOf(organizationId, tupleId, named) });
    return tupleId;
  }
}

function interningStatements(connection: Connection) {
  const organizationId = parameter<number>('organizationId');
  return {
    organization: connection.prepare(
      query
        .selectFrom('organizations')
        .select('organization_id')
        .where('public_id', '=', parameter<string>('publicId')),
    ),
    tuple: connection.prepare(
      query
        .selectFrom('lead_source_tuples')
        .select(channelMembers)
        .where('organization_id', '=', organizationId)
        .where('tuple_id', '=', parameter<number>('tupleId')),
    ),
    actor: connection.prepare(
      query
        .selectFrom('actors')
        .select('actor')
        .where('organization_id', '=', organizationId)
        .where('actor_id', '=', parameter<number>('actorId')),
    ),
  };
}

function numberingStatements(connection: Connection) {
  const organization_id = parameter<number>('organizationId');
  return {
    tupleByDigest: connection.prepare(
      query
        .selectFrom('lead_source_tuples')
        .select('tuple_id')
        .where('organization_id', '=', organization_id)
        .where('digest', '=', parameter<Uint8Array>('digest')),
    ),
    lastTupleId: connection.prepare(
      query
        .selectFrom('lead_source_tuples')
        .select(({ fn }) => fn.max('tuple_id').as('last'))
        .where('organization_id', '=', organization_id),
    ),
    addTuple: connection.prepare(
      query.insertInto('lead_source_tuples').values(parametersNamed(tupleColumns)),
    ),
    actorByName: connection.prepare(
      query
        .selectFrom('actors')
        .select('actor_id')
        .where('organization_id', '=', organization_id)
        .where('actor', '=', parameter<string>('actor')),
    ),
    lastActorId: connection.prepare(
      query
        .selectFrom('actors')
        .select(({ fn }) => fn.max('actor_id').as('last'))
        .where('organization_id', '=', organization_id),
    ),
    addActor: connection.prepare(
      query
        .insertInto('actors')
        .values({ organization_id, actor_id: parameter('actorId'), actor: parameter('actor') }),
    ),
    reserveKeys: connection.prepare(
      query
        .insertInto('key_ranges')
        .values({ organization_id, noun: parameter('noun'), next_key: parameter('firstEnd') })
        .onConflict((conflict) =>
          conflict.columns(['organization_id', 'noun']).doUpdateSet(({ eb }) => ({
            next_key: eb('key_ranges.next_key', '+', parameter<number>('count')),
          })),
        )
        .returning('next_key'),
    ),
  };
}
