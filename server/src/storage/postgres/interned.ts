import { sql } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema, TupleRow } from '../schema.ts';
import { type NamedTuple, tupleDigest, tupleRowOf } from '../tuple.ts';
import { cacheName, type Names } from './names.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';
import type { Numbers } from './turn.ts';

const organization = parameter<number>('organizationId');

const statements = statementsOf({
  tuples: query
    .selectFrom('lead_source_tuples')
    .select(['tuple_id', 'digest'])
    .where('organization_id', '=', organization)
    .where('digest', '=', sql<Uint8Array>`any(${parameter('digests')}::bytea[])`),
  actors: query
    .selectFrom('actors')
    .select(['actor_id', 'actor'])
    .where('organization_id', '=', organization)
    .where('actor', '=', sql<string>`any(${parameter('actors')}::text[])`),
});

/**
 * The numbers of the tuples and actors that a batch names: cached, found in its transaction, or assigned in it. New ones are
 * cached only after the commit.
 */
export class Interned {
  readonly #organizationId: number;
  readonly #names: Names;
  // Copies, since the caches may drop entries for other batches while this one is under way.
  readonly #knownTuples = new Map<string, number>();
  readonly #knownActors = new Map<string, number>();
  readonly #unknownTuples: ReadonlyMap<string, NamedTuple>;
  readonly #unknownActors: ReadonlySet<string>;
  readonly #tupleIds = new Map<string, number>();
  readonly #actorIds = new Map<string, number>();
  readonly newTuples: TupleRow[] = [];
  readonly newActors: Schema['actors'][] = [];
  #numbers: Numbers | null = null;

  constructor(
    organizationId: number,
    names: Names,
    tuples: readonly (NamedTuple | null)[],
    actors: readonly string[],
  ) {
    this.#organizationId = organizationId;
    this.#names = names;
    const named = tuples.filter((tuple) => tuple !== null).map((tuple) => [tuple.members, tuple] as const);
    this.#unknownTuples = new Map(named.filter(([members]) => !this.#knowsTuple(members)));
    this.#unknownActors = new Set(actors.filter((actor) => !this.#knowsActor(actor)));
  }

  get unknownTuples(): number {
    return this.#unknownTuples.size;
  }

  get unknownActors(): number {
    return this.#unknownActors.size;
  }

  /** Looks up those that are not cached. */
  async find(session: Session): Promise<void> {
    await Promise.all([this.#findTuples(session), this.#findActors(session)]);
  }

  /** From here on, those not found get a number when it is first asked for. */
  numberedBy(numbers: Numbers): void {
    this.#numbers = numbers;
  }

  tupleId(named: NamedTuple): number {
    const known = this.#knownTuples.get(named.members) ?? this.#tupleIds.get(named.members);
    if (known !== undefined) return known;
    const tupleId = this.#next('tuple');
    this.#tupleIds.set(named.members, tupleId);
    this.newTuples.push(tupleRowOf(this.#organizationId, tupleId, named));
    return tupleId;
  }

  actorId(actor: string): number {
    const known = this.#knownActors.get(actor) ?? this.#actorIds.get(actor);
    if (known !== undefined) return known;
    const actorId = this.#next('actor');
    this.#actorIds.set(actor, actorId);
    this.newActors.push({ organization_id: this.#organizationId, actor_id: actorId, actor });
    return actorId;
  }

  /** Call after the commit. */
  remember(): void {
    for (const [members, id] of this.#tupleIds) this.#names.tuples.set(this.#nameOf(members), id);
    for (const [actor, id] of this.#actorIds) this.#names.actors.set(this.#nameOf(actor), id);
  }

  async #findTuples(session: Session): Promise<void> {
    if (this.#unknownTuples.size === 0) return;
    const byDigest = new Map(
      Array.from(this.#unknownTuples.values(), (named) => [hexOf(tupleDigest(named)), named.members]),
    );
    const digests = Array.from(this.#unknownTuples.values(), tupleDigest);
    for (const row of await session.all(statements.tuples, {
      organizationId: this.#organizationId,
      digests,
    })) {
      const members = byDigest.get(hexOf(row.digest));
      if (members !== undefined) this.#tupleIds.set(members, row.tuple_id);
    }
  }

  async #findActors(session: Session): Promise<void> {
    if (this.#unknownActors.size === 0) return;
    const actors = [...this.#unknownActors];
    for (const row of await session.all(statements.actors, {
      organizationId: this.#organizationId,
      actors,
    })) {
      this.#actorIds.set(row.actor, row.actor_id);
    }
  }

  #next(noun: 'tuple' | 'actor'): number {
    if (this.#numbers === null) throw new Error('The batch has no numbers yet.');
    return this.#numbers.next(noun);
  }

  #knowsTuple(members: string): boolean {
    const known = this.#names.tuples.get(this.#nameOf(members));
    if (known !== undefined) this.#knownTuples.set(members, known);
    return known !== undefined;
  }

  #knowsActor(actor: string): boolean {
    const known = this.#names.actors.get(this.#nameOf(actor));
    if (known !== undefined) this.#knownActors.set(actor, known);
    return known !== undefined;
  }

  #nameOf(name: string): string {
    return cacheName(this.#organizationId, name);
  }
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
