import type { Pool } from 'pg';
import { BoundedMap } from '../../../server/src/domain/bounded-map.ts';
import type { Customer } from '../../../server/src/domain/customer.ts';
import type { Touch } from '../../../server/src/domain/touch.ts';
import { tupleColumns } from '../../../server/src/storage/columns.ts';
import { customerOf } from '../../../server/src/storage/rows/customer.ts';
import { type Tuple, touchOf } from '../../../server/src/storage/rows/touch.ts';
import type { CustomerRow, TouchRow } from '../../../server/src/storage/schema.ts';
import type { Reads, WriteInput, WriteOutput } from '../../../server/src/storage/store.ts';
import { type NamedTuple, tupleDigest, tupleOf, tupleRowOf } from '../../../server/src/storage/tuple.ts';
import { Keys } from './keys.ts';
import * as statements from './statements.ts';

type Put = WriteInput<'putLeadSource'>;

/** What the statement returns: the customer after the PUT, null where nothing changed, and its original touch from before. */
interface Told extends Tuple, Pick<TouchRow, 'recorded_time' | 'origin' | 'click_id' | 'path' | 'referrer'> {
  readonly tuple_id: number | null;
  readonly occurred_time: number;
  readonly is_equal: boolean;
  readonly previous_touch_key: number | null;
  readonly touch_key: number | null;
  readonly original_occurred_time: number;
  readonly actor: string;
}

const keysReservedAtOnce = 1024;

/** PUTs, each as one prepared statement with a commit of its own. Recurring names are first looked up in memory. */
export class PlainPuts {
  readonly #pool: Pool;
  readonly #read: Reads;
  readonly #keys: Keys;
  readonly #organizations = new Map<string, number>();
  readonly #tupleIds = new BoundedMap<string, number>(20_000);
  readonly #actorIds = new BoundedMap<string, number>(1_000);

  constructor(pool: Pool, read: Reads) {
    this.#pool = pool;
    this.#read = read;
    this.#keys = new Keys(pool);
  }

  /** Null where one statement is not enough; it has then changed nothing. */
  async put(input: Put): Promise<WriteOutput<'putLeadSource'> | null> {
    if (Object.keys(input.precondition).length > 0) return null;
    const organizationId = await this.#organization(input.organizationId);
    if (organizationId === null) return null;
    const actorId = await this.#actorId(organizationId, input.actor);
    const touchKey = await this.#keys.take(organizationId, 'touch', 1, keysReservedAtOnce);
    const eventKey = await this.#keys.take(organizationId, 'event', 2, keysReservedAtOnce);
    const named = tupleOf(input.leadSource);
    const tupleName = `${organizationId} ${named.members}`;
    const given = { ...input, organizationId, actorId, touchKey, eventKey, named };
    let told = await this.#run(given, this.#tupleIds.get(tupleName) ?? null);
    if (told?.tuple_id === null) {
      await this.#addTuple(organizationId, named);
      told = await this.#run(given, null);
    }
    if (told === undefined || told.tuple_id === null || told.is_equal) return null;
    this.#tupleIds.set(tupleName, told.tuple_id);
    const created = told.previous_touch_key === null;
    const isTold = told.original_touch_key === touchKey || told.original_touch_key === told.touch_key;
    if (isTold) return { customer: customerTold(told, input, touchKey), created };
    // Another PUT created the customer after this statement had looked for it.
    const customer = await this.#read.customer(input.organizationId, told.customer_id);
    return customer && { customer, created };
  }

  async #run(
    { organizationId, customerId, now, actorId, touchKey, eventKey, leadSource, named }: GivenPut,
    tupleId: number | null,
  ): Promise<(Told & CustomerRow) | undefined> {
    const { clickId, path, referrer } = leadSource;
    const digest = tupleId === null ? tupleDigest(named) : null;
    const places = {
      organizationId,
      customerId,
      now,
      tupleId,
      digest,
      actorId,
      touchKey,
      eventKey,
      clickId,
      path,
      referrer,
    };
    const values = statements.putPlaces.map((place) => places[place]);
    const { rows } = await this.#pool.query({ name: 'plain_put', text: statements.put, values });
    return rows[0];
  }

  async #organization(publicId: string): Promise<number | null> {
    const known = this.#organizations.get(publicId);
    if (known !== undefined) return known;
    const { rows } = await this.#pool.query(statements.findOrganization, [publicId]);
    const found: number | undefined = rows[0]?.organization_id;
    if (found !== undefined) this.#organizations.set(publicId, found);
    return found ?? null;
  }

  async #actorId(organizationId: number, actor: string): Promise<number> {
    const name = `${organizationId} ${actor}`;
    const known = this.#actorIds.get(name);
    if (known !== undefined) return known;
    const find = async (): Promise<number | undefined> =>
      (await this.#pool.query(statements.findActor, [organizationId, actor])).rows[0]?.actor_id;
    let found = await find();
    if (found === undefined) {
      const actorId = await this.#keys.take(organizationId, 'actor', 1, 1);
      await this.#pool.query(statements.addActor, [organizationId, actorId, actor]);
      found = await find();
    }
    if (found === undefined) throw new Error('An actor was added and is not there.');
    this.#actorIds.set(name, found);
    return found;
  }

  async #addTuple(organizationId: number, named: NamedTuple): Promise<void> {
    const tupleId = await this.#keys.take(organizationId, 'tuple', 1, 1);
    const row = tupleRowOf(organizationId, tupleId, named);
    await this.#pool.query(
      addTuple,
      tupleColumns.map((column) => row[column]),
    );
  }
}

type GivenPut = Omit<Put, 'organizationId'> & {
  readonly organizationId: number;
  readonly actorId: number;
  readonly touchKey: number;
  readonly eventKey: number;
  readonly named: NamedTuple;
};

const addTuple = `insert into lead_source_tuples (${tupleColumns.join(', ')})
values (${tupleColumns.map((_, place) => `$${place + 1}`).join(', ')}) on conflict (organization_id, digest) do nothing`;

function customerTold(told: Told & CustomerRow, { now, actor, leadSource }: Put, touchKey: number): Customer {
  const current: Touch = {
    key: touchKey,
    occurredTime: told.occurred_time,
    recordedTime: now,
    origin: 'api',
    actor,
    leadSource,
  };
  return customerOf(told, (key) => {
    if (key === touchKey) return current;
    const row = { ...told, touch_key: key, occurred_time: told.original_occurred_time };
    return touchOf(row, told, told.actor);
  });
}
