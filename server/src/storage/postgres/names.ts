import { BoundedMap } from '../../domain/bounded-map.ts';
import { Failure } from '../../domain/failure.ts';
import { cachedActors, cachedTuples } from '../cached-names.ts';
import { parameter } from '../parameter.ts';
import type { Tuple } from '../rows/touch.ts';
import type { Connections } from './connections.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';
import { ofNoOrganization, ofOrganizations } from './wall.ts';

const statements = statementsOf({
  organization: query
    .selectFrom('organizations')
    .select('organization_id')
    .where('public_id', '=', parameter<string>('publicId')),
});

const cachedOrganizations = 100_000;

/** Caches numbers of what repeats. Only committed rows enter, and these never change. */
export class Names {
  readonly tuples = new BoundedMap<string, number>(cachedTuples);
  readonly actors = new BoundedMap<string, number>(cachedActors);
  /** Tuples by their numbers. */
  readonly saidByTuples = new BoundedMap<string, Tuple>(cachedTuples);
  readonly #organizations = new BoundedMap<string, number>(cachedOrganizations);
  readonly #connections: Connections;

  constructor(connections: Connections) {
    this.#connections = connections;
  }

  /** The number of an organization; null if it is unknown. */
  async findOrganization(publicId: string): Promise<number | null> {
    const known = this.#organizations.get(publicId);
    if (known !== undefined) return known;
    const [row] = await this.#connections.read(ofNoOrganization, statements.organization, { publicId });
    if (row === undefined) return null;
    this.#organizations.set(publicId, row.organization_id);
    return row.organization_id;
  }

  async organization(publicId: string): Promise<number> {
    const known = await this.findOrganization(publicId);
    if (known === null) throw new Failure('not-found', 'No such organization.');
    return known;
  }
}

/** The cache key of an organization's tuple, tuple number or actor. */
export function cacheName(organizationId: number, name: string | number): string {
  return `${organizationId} ${name}`;
}

/**
 * Continues a transaction with one organization, which may have been created in it: its rows come within reach, others' do
 * not. Returns its number. Fails with `not-found`.
 */
export async function enterOrganization(session: Session, publicId: string): Promise<number> {
  const row = await session.get(statements.organization, { publicId });
  if (row === undefined) throw new Failure('not-found', 'No such organization.');
  session.enter(ofOrganizations(row.organization_id));
  return row.organization_id;
}
