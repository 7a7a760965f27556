import type { Client } from 'pg';
import type { Customer } from '../../../server/src/domain/customer.ts';
import type { Touch } from '../../../server/src/domain/touch.ts';
import { customerColumns, touchColumns, tupleColumns } from '../../../server/src/storage/columns.ts';
import { customerRowOf } from '../../../server/src/storage/rows/customer.ts';
import { touchRowOf } from '../../../server/src/storage/rows/touch.ts';
import type { CustomerRow, Schema, TouchRow, TupleRow } from '../../../server/src/storage/schema.ts';
import { tupleOf, tupleRowOf } from '../../../server/src/storage/tuple.ts';
import { type Arrival, arrivalAt, arrivalCount, type FillPlan, firstPlaces } from '../arrivals.ts';
import { fillActor } from '../fill-through-port.ts';
import { Insertion } from './insertion.ts';

const actorId = 1;

/**
 * Writes what the arrivals of a plan leave, in order: the rows that the storage would have written for them one after the
 * other. `numbers` are the organizations' numbers; their other rows must exist. Memory grows by 13 bytes for each customer, and
 * with the tuples.
 */
export async function fillInBulk(client: Client, plan: FillPlan, numbers: readonly number[]): Promise<void> {
  const histories = new Histories(plan);
  const tuples = numbers.map((organizationId) => new Tuples(organizationId));
  const touches = await Insertion.into<TouchRow>(client, 'touches', touchColumns);
  const count = arrivalCount(plan);
  for (let place = 0; place < count; place++) {
    const arrival = arrivalAt(place, plan);
    const organizationId = numbers[arrival.organization] ?? 0;
    const tupleId = tuples[arrival.organization]?.idOf(arrival) ?? 0;
    const touch = touchOf(arrival, histories.add(place, arrival));
    const { customerId } = arrival;
    await touches.add(
      touchRowOf(touch, { organizationId, customerId, actorId, tupleId, importKey: null, givenId: null }),
    );
  }
  await touches.finish();
  await addCustomers(client, plan, numbers, histories);
  await addNames(client, numbers, tuples, histories);
}

/** An arrival as the touch that it leaves. */
function touchOf({ leadSource, time }: Arrival, key: number): Touch {
  return { key, occurredTime: time, recordedTime: time, origin: 'api', actor: fillActor, leadSource };
}

/** What must be known of each customer until its row is written: when it came first and last, and how often. */
class Histories {
  readonly #customers: number;
  readonly #firstKeys: Uint32Array;
  readonly #lastKeys: Uint32Array;
  readonly #lastPlaces: Uint32Array;
  readonly #counts: Uint8Array;
  readonly lastKeyOfOrganization: Uint32Array;

  constructor({ customers, organizations }: FillPlan) {
    const slots = customers + organizations;
    this.#customers = customers;
    this.#firstKeys = new Uint32Array(slots);
    this.#lastKeys = new Uint32Array(slots);
    this.#lastPlaces = new Uint32Array(slots);
    this.#counts = new Uint8Array(slots);
    this.lastKeyOfOrganization = new Uint32Array(organizations);
  }

  /** Returns the key of the touch. */
  add(place: number, arrival: Arrival): number {
    const slot = this.#slotOf(arrival);
    const { organization } = arrival;
    const key = (this.lastKeyOfOrganization[organization] ?? 0) + 1;
    this.lastKeyOfOrganization[organization] = key;
    if (this.#counts[slot] === 0) this.#firstKeys[slot] = key;
    this.#lastKeys[slot] = key;
    this.#lastPlaces[slot] = place;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
    return key;
  }

  /** The customer after the last of its arrivals. */
  customerOf(first: Arrival, plan: FillPlan): Customer {
    const slot = this.#slotOf(first);
    const last = arrivalAt(this.#lastPlaces[slot] ?? 0, plan);
    const count = this.#counts[slot] ?? 0;
    return {
      id: first.customerId,
      websiteId: null,
      customFields: {},
      revision: count,
      createdTime: first.time,
      updatedTime: last.time,
      leadSourceRevision: count,
      conversionTimes: null,
      leadSource: {
        original: touchOf(first, this.#firstKeys[slot] ?? 0),
        current: touchOf(last, this.#lastKeys[slot] ?? 0),
        latestOccurredTime: last.time,
        createdTime: first.time,
        updatedTime: last.time,
      },
    };
  }

  #slotOf({ customer, organization }: Arrival): number {
    return customer ?? this.#customers + organization;
  }
}

/** The tuples of an organization, numbered in the order of their first arrival. */
class Tuples {
  readonly rows: TupleRow[] = [];
  readonly #organizationId: number;
  readonly #ids = new Map<string, number>();

  constructor(organizationId: number) {
    this.#organizationId = organizationId;
  }

  idOf({ leadSource }: Arrival): number {
    const named = tupleOf(leadSource);
    const known = this.#ids.get(named.members);
    if (known !== undefined) return known;
    const tupleId = this.rows.length + 1;
    this.#ids.set(named.members, tupleId);
    this.rows.push(tupleRowOf(this.#organizationId, tupleId, named));
    return tupleId;
  }
}

/** In the order of their first arrivals. */
async function addCustomers(
  client: Client,
  plan: FillPlan,
  numbers: readonly number[],
  histories: Histories,
): Promise<void> {
  const customers = await Insertion.into<CustomerRow>(client, 'customers', customerColumns);
  for (const place of firstPlaces(plan)) {
    const first = arrivalAt(place, plan);
    await customers.add(customerRowOf(numbers[first.organization] ?? 0, histories.customerOf(first, plan)));
  }
  await customers.finish();
}

/** Writes actors, tuples, and how far each organization has counted. */
async function addNames(
  client: Client,
  numbers: readonly number[],
  tuples: readonly Tuples[],
  { lastKeyOfOrganization }: Histories,
): Promise<void> {
  const actors = await Insertion.into<Schema['actors']>(client, 'actors', [
    'organization_id',
    'actor_id',
    'actor',
  ]);
  const tupleRows = await Insertion.into<TupleRow>(client, 'lead_source_tuples', tupleColumns);
  const ranges = await Insertion.into<Schema['key_ranges']>(client, 'key_ranges', [
    'organization_id',
    'noun',
    'next_key',
  ]);
  for (const [organization, organization_id] of numbers.entries()) {
    const touches = lastKeyOfOrganization[organization] ?? 0;
    if (touches === 0) continue;
    await actors.add({ organization_id, actor_id: actorId, actor: fillActor });
    const { rows } = tuples[organization] ?? { rows: [] };
    for (const row of rows) await tupleRows.add(row);
    const counted = { touch: touches, tuple: rows.length, actor: 1 };
    for (const [noun, count] of Object.entries(counted)) {
      await ranges.add({ organization_id, noun, next_key: 1 + count });
    }
  }
  for (const insertion of [actors, tupleRows, ranges]) await insertion.finish();
}
