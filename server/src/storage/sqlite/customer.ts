import { sql } from 'kysely';
import type { Collection } from '../../domain/collection.ts';
import type { Customer, CustomerChange } from '../../domain/customer.ts';
import type { CustomerQuery } from '../../domain/customer-query.ts';
import type { Instant } from '../../domain/time.ts';
import type { Touch, TouchKey } from '../../domain/touch.ts';
import { type TouchEffect, takesAway } from '../../domain/touch-effect.ts';
import { customerColumns } from '../columns.ts';
import { countOf, customersMatching, pageOf } from '../customer-query.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import { customerReads } from '../queries/customer.ts';
import { customerOf, customerRowOf, isWhole } from '../rows/customer.ts';
import type { CustomerRow } from '../schema.ts';
import { UnreadTouch } from '../unread-touch.ts';
import { type Connection, countedRow, type PreparedQueries, query, textsOf } from './connection.ts';
import {
  customerRowIn,
  customersAlone,
  customersWithTouches,
  customerWithTouches,
  joinedTouchRow,
  placeAmongNamed,
} from './customer-with-touches.ts';
import type { EventWriter } from './event.ts';
import type { AnswerWriter } from './idempotency.ts';
import type { NamedOrganization } from './interning.ts';
import { type Cells, placesOf, RowAdding } from './row-adding.ts';
import type { TouchReader, TouchWriter } from './touch.ts';

/** This column is in the table and in the index, whichever a list reads. */
const counted = [countedRow('customers.created_time')];
const reads = () => ({
  ...customerReads(query),
  find: customerWithTouches,
  alone: customersAlone,
  withTouches: customersWithTouches,
  aliases: query
    .selectFrom('customer_aliases')
    .select(['alias_id', 'customer_id'])
    .where('organization_id', '=', parameter<number>('organizationId'))
    .where('alias_id', 'in', textsOf('customerIds')),
});

/** Reads customers with their lead sources. */
export class CustomerReader {
  readonly #connection: Connection;
  readonly #touches: TouchReader;
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection, touches: TouchReader) {
    this.#connection = connection;
    this.#touches = touches;
    this.#statements = connection.prepareAll(reads);
  }

  find(organizationId: number, customerId: string): Customer | null {
    const cells = this.#statements().find.cells({ organizationId, customerId });
    return cells === undefined ? null : this.#customerIn(cells);
  }

  /**
   * The customers found, in the places of their ids in `joining`, which gives the moment of the earliest touch about to be
   * added to each. If that is later than all stored touches, the customer's touches are read only when needed.
   */
  findAll(organizationId: number, joining: ReadonlyMap<string, Instant>): readonly (Customer | undefined)[] {
    const named = [...joining.keys()];
    const earliest = [...joining.values()];
    const found = new Array<Customer | undefined>(named.length).fill(undefined);
    const places: number[] = [];
    for (const cells of this.#named('alone', organizationId, named)) {
      const row = customerRowIn(cells);
      const place = placeAmongNamed(cells);
      const isBehindAll = (earliest[place] ?? 0) > (row.latest_occurred_time ?? Number.POSITIVE_INFINITY);
      if (isBehindAll && isWhole(row)) found[place] = customerOf(row, (key) => this.#unread(row, key));
      else places.push(place);
    }
    const others = places.map((place) => named[place] ?? '');
    for (const cells of others.length === 0 ? [] : this.#named('withTouches', organizationId, others)) {
      found[places[placeAmongNamed(cells)] ?? 0] = this.#customerIn(cells);
    }
    return found;
  }

  /** The id itself, or the customer it has stood for since a merge. */
  resolve(organizationId: number, customerId: string): string {
    return this.#statements().alias.get({ organizationId, customerId })?.customer_id ?? customerId;
  }

  /** For those of the ids that are aliases: the customers they stand for. */
  resolveAll(organizationId: number, customerIds: readonly string[]): ReadonlyMap<string, string> {
    const rows = this.#statements().aliases.all({ organizationId, customerIds: JSON.stringify(customerIds) });
    return new Map(rows.map((row) => [row.alias_id, row.customer_id]));
  }

  list(organizationId: number, collection: CustomerQuery): Collection<Customer> {
    const matching = customersMatching(query, organizationId, collection.filter, counted);
    const rows = this.#connection.all(pageOf(matching, collection));
    const total = this.#connection.all(countOf(matching))[0]?.total ?? 0;
    const items = rows.map((row) =>
      customerOf(row, (key) => this.#touches.find(row.organization_id, row.customer_id, key)),
    );
    return { items, total };
  }

  #named(kind: 'alone' | 'withTouches', organizationId: number, customerIds: readonly string[]) {
    return this.#statements()[kind].table({ organizationId, customerIds: JSON.stringify(customerIds) }).rows;
  }

  #unread({ organization_id: organizationId, customer_id: customerId }: CustomerRow, key: TouchKey): Touch {
    return new UnreadTouch(key, () => this.#touches.find(organizationId, customerId, key));
  }

  #customerIn(cells: readonly unknown[]): Customer {
    const row = customerRowIn(cells);
    return customerOf(row, (key) => this.#touches.touchOf(joinedTouchRow(row, cells, key)));
  }
}

interface Parts {
  readonly touches: TouchWriter;
  readonly events: EventWriter;
  readonly answers: AnswerWriter;
}

/** Writes what the domain decided about customers, inside a transaction. */
export class CustomerWriter {
  readonly #touches: TouchWriter;
  readonly #events: EventWriter;
  readonly #answers: AnswerWriter;
  readonly #statements: PreparedQueries<typeof customerWrites>;
  readonly #rows: RowAdding<CustomerRow>;

  constructor(connection: Connection, { touches, events, answers }: Parts) {
    this.#touches = touches;
    this.#events = events;
    this.#answers = answers;
    this.#statements = connection.prepareAll(customerWrites);
    this.#rows = new RowAdding<CustomerRow>(connection, { statement: saving, append: appendCustomer });
  }

  /** Stores customers as they now are, whether new or known. */
  keepAll(organizationId: number, customers: readonly Customer[]): void {
    this.#rows.add(customers.map((customer) => customerRowOf(organizationId, customer)));
  }

  /** Stores a change; `before` is the customer it was decided on. */
  apply(organization: NamedOrganization, before: Customer | null, change: CustomerChange): void {
    const { number: organizationId } = organization;
    const { customer, effect } = change;
    if (customer === before) return;
    // A stored answer repeats what was written, so it must go with it.
    if (takesAway(effect)) this.#answers.empty(organizationId, customer.id);
    this.#applyToTouches(organizationId, customer.id, effect);
    const row = { ...customerRowOf(organizationId, customer) };
    if (before === null) this.#statements().add.execute(row);
    else this.#statements().update.execute(row);
    this.#events.keep(organization, change.events);
  }

  #applyToTouches(organizationId: number, customerId: string, effect: TouchEffect): void {
    const touches = this.#touches;
    if (effect.kind === 'adds') touches.add(organizationId, customerId, effect.added);
    if (effect.kind === 'removes-all') touches.removeAll(organizationId, customerId);
    if (effect.kind === 'removes')
      for (const key of effect.keys) touches.remove(organizationId, customerId, key);
    if (effect.kind === 'strips')
      for (const touch of effect.touches) touches.strip(organizationId, customerId, touch);
  }

  /** Moves all that belongs to a customer to another and makes the old id an alias of the new one. */
  moveInto(organizationId: number, customerId: string, targetCustomerId: string): void {
    const move = { organizationId, customerId, targetCustomerId };
    this.#touches.moveAll(organizationId, customerId, targetCustomerId);
    this.#answers.moveAll(organizationId, customerId, targetCustomerId);
    this.#statements().remove.run({ organizationId, customerId });
    this.#statements().followAliases.run(move);
    this.#statements().addAlias.run(move);
  }
}

/** A customer's creation time is in an index and never changes. */
const changing = customerColumns.filter(
  (column) => column !== 'organization_id' && column !== 'customer_id' && column !== 'created_time',
);

/** Adds customers, overwriting those already there. */
function saving(rows: number) {
  const told = changing.map((column) => [column, sql.ref(`excluded.${column}`)] as const);
  return query
    .insertInto('customers')
    .values(placesOf(customerColumns, rows))
    .onConflict((conflict) =>
      conflict.columns(['organization_id', 'customer_id']).doUpdateSet(Object.fromEntries(told)),
    );
}

/** In the order of `customerColumns`. */
function appendCustomer(cells: Cells, row: CustomerRow): void {
  cells.push(
    row.organization_id,
    row.customer_id,
    row.website_id,
    row.custom_fields,
    row.revision,
    row.created_time,
    row.updated_time,
    row.lead_source_revision,
    row.lead_source_created_time,
    row.lead_source_updated_time,
    row.latest_occurred_time,
    row.original_touch_key,
    row.current_touch_key,
    row.first_conversion_time,
    row.latest_conversion_time,
  );
}

function customerWrites() {
  const organization_id = parameter<number>('organizationId');
  const customer_id = parameter<string>('customerId');
  const row = parametersNamed(customerColumns);
  return {
    add: query.insertInto('customers').values(row),
    update: query
      .updateTable('customers')
      .set(parametersNamed(changing))
      .where('organization_id', '=', row.organization_id)
      .where('customer_id', '=', row.customer_id),
    remove: query
      .deleteFrom('customers')
      .where('organization_id', '=', organization_id)
      .where('customer_id', '=', customer_id),
    followAliases: query
      .updateTable('customer_aliases')
      .set({ customer_id: parameter('targetCustomerId') })
      .where('organization_id', '=', organization_id)
      .where('customer_id', '=', customer_id),
    addAlias: query
      .insertInto('customer_aliases')
      .values({ organization_id, alias_id: customer_id, customer_id: parameter('targetCustomerId') }),
  };
}
