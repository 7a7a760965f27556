import type { Collection } from '../../domain/collection.ts';
import type { Customer, CustomerChange, CustomerLeadSource, CustomFields } from '../../domain/customer.ts';
import type { CustomerQuery } from '../../domain/customer-query.ts';
import { parseStrictJson } from '../../domain/strict-json.ts';
import { countOf, customersMatching, pageOf } from '../customer-query.ts';
import type { CustomerRow } from '../schema.ts';
import { type Connection, parameter, query } from './connection.ts';
import type { EventWriter } from './event.ts';
import type { TouchReader, TouchWriter } from './touch.ts';

/** Deeper than any body that was accepted. */
const deepestCustomFields = 64;

/** Reads customers with their lead sources. */
export class CustomerReader {
  readonly #connection: Connection;
  readonly #touches: TouchReader;
  readonly #statements: ReturnType<typeof readStatements>;

  constructor(connection: Connection, touches: TouchReader) {
    this.#connection = connection;
    this.#touches = touches;
    this.#statements = readStatements(connection);
  }

  find(organizationId: number, customerId: string): Customer | null {
    const row = this.#statements.find.get({ organizationId, customerId });
    return row === undefined ? null : this.#customerOf(row);
  }

  /** The id itself, or the customer it stands for since a merge. */
  resolve(organizationId: number, customerId: string): string {
    return this.#statements.alias.get({ organizationId, customerId })?.customer_id ?? customerId;
  }

  list(organizationId: number, collection: CustomerQuery): Collection<Customer> {
    const matching = customersMatching(query, organizationId, collection.filter);
    const rows = this.#connection.all(pageOf(matching, collection));
    const total = this.#connection.all(countOf(matching))[0]?.total ?? 0;
    return { items: rows.map((row) => this.#customerOf(row)), total };
  }

  #customerOf(row: CustomerRow): Customer {
    return {
      id: row.customer_id,
      websiteId: row.website_id,
      customFields: row.custom_fields === null ? {} : customFieldsOf(row.custom_fields),
      revision: row.revision,
      createdTime: row.created_time,
      updatedTime: row.updated_time,
      leadSourceRevision: row.lead_source_revision,
      leadSource: this.#leadSourceOf(row),
    };
  }

  #leadSourceOf(row: CustomerRow): CustomerLeadSource | null {
    const { original_touch_key: originalKey, current_touch_key: currentKey } = row;
    if (originalKey === null || currentKey === null) return null;
    const current = this.#touches.find(row.organization_id, row.customer_id, currentKey);
    return {
      original:
        originalKey === currentKey
          ? current
          : this.#touches.find(row.organization_id, row.customer_id, originalKey),
      current,
      latestOccurredTime: row.latest_occurred_time ?? current.occurredTime,
      createdTime: row.lead_source_created_time ?? current.occurredTime,
      updatedTime: row.lead_source_updated_time ?? current.occurredTime,
    };
  }
}

/** Writes what the domain decided about customers, inside a transaction. */
export class CustomerWriter {
  readonly #touches: TouchWriter;
  readonly #events: EventWriter;
  readonly #statements: ReturnType<typeof writeStatements>;

  constructor(connection: Connection, touches: TouchWriter, events: EventWriter) {
    this.#touches = touches;
    this.#events = events;
    this.#statements = writeStatements(connection);
  }

  /** Keeps a change; `before` is the customer it was decided upon. */
  apply(organizationId: number, before: Customer | null, change: CustomerChange): void {
    const { customer, added } = change;
    if (customer === before) return;
    if (change.removesTouches) this.#touches.removeAll(organizationId, customer.id);
    if (added !== null) this.#touches.add(organizationId, customer.id, added);
    const row = rowOf(organizationId, customer);
    if (before === null) this.#statements.add.run(row);
    else this.#statements.update.run(row);
    for (const event of change.events) this.#events.add(organizationId, event);
  }

  /** Gives all that belongs to a customer to another, and lets the old id stand for the new one. */
  moveInto(organizationId: number, customerId: string, targetCustomerId: string): void {
    const move = { organizationId, customerId, targetCustomerId };
    this.#touches.moveAll(organizationId, customerId, targetCustomerId);
    this.#statements.remove.run({ organizationId, customerId });
    this.#statements.followAliases.run(move);
    this.#statements.addAlias.run(move);
  }
}

/** Not by `JSON.parse`, which in some versions of V8 mistakes member names that are spelt with escapes. */
function customFieldsOf(text: string): CustomFields {
  return parseStrictJson(text, deepestCustomFields) as CustomFields;
}

function rowOf(organizationId: number, customer: Customer) {
  const { leadSource } = customer;
  const customFields = JSON.stringify(customer.customFields);
  return {
    organizationId,
    customerId: customer.id,
    websiteId: customer.websiteId,
    customFields: customFields === '{}' ? null : customFields,
    revision: customer.revision,
    createdTime: customer.createdTime,
    updatedTime: customer.updatedTime,
    leadSourceRevision: customer.leadSourceRevision,
    leadSourceCreatedTime: leadSource?.createdTime ?? null,
    leadSourceUpdatedTime: leadSource?.updatedTime ?? null,
    latestOccurredTime: leadSource?.latestOccurredTime ?? null,
    originalTouchKey: leadSource?.original.key ?? null,
    currentTouchKey: leadSource?.current.key ?? null,
  };
}

function readStatements(connection: Connection) {
  const organizationId = parameter<number>('organizationId');
  const customerId = parameter<string>('customerId');
  return {
    find: connection.prepare(
      query
        .selectFrom('customers')
        .selectAll()
        .where('organization_id', '=', organizationId)
        .where('customer_id', '=', customerId),
    ),
    alias: connection.prepare(
      query
        .selectFrom('customer_aliases')
        .select('customer_id')
        .where('organization_id', '=', organizationId)
        .where('alias_id', '=', customerId),
    ),
  };
}

function writeStatements(connection: Connection) {
  const organization_id = parameter<number>('organizationId');
  const customer_id = parameter<string>('customerId');
  const members = {
    website_id: parameter<string | null>('websiteId'),
    custom_fields: parameter<string | null>('customFields'),
    revision: parameter<number>('revision'),
    updated_time: parameter<number>('updatedTime'),
    lead_source_revision: parameter<number>('leadSourceRevision'),
    lead_source_created_time: parameter<number | null>('leadSourceCreatedTime'),
    lead_source_updated_time: parameter<number | null>('leadSourceUpdatedTime'),
    latest_occurred_time: parameter<number | null>('latestOccurredTime'),
    original_touch_key: parameter<number | null>('originalTouchKey'),
    current_touch_key: parameter<number | null>('currentTouchKey'),
  };
  return {
    add: connection.prepare(
      query
        .insertInto('customers')
        .values({ organization_id, customer_id, created_time: parameter('createdTime'), ...members }),
    ),
    update: connection.prepare(
      query
        .updateTable('customers')
        .set(members)
        .where('organization_id', '=', organization_id)
        .where('customer_id', '=', customer_id),
    ),
    remove: connection.prepare(
      query
        .deleteFrom('customers')
        .where('organization_id', '=', organization_id)
        .where('customer_id', '=', customer_id),
    ),
    followAliases: connection.prepare(
      query
        .updateTable('customer_aliases')
        .set({ customer_id: parameter('targetCustomerId') })
        .where('organization_id', '=', organization_id)
        .where('customer_id', '=', customer_id),
    ),
    addAlias: connection.prepare(
      query
        .insertInto('customer_aliases')
        .values({ organization_id, alias_id: customer_id, customer_id: parameter('targetCustomerId') }),
    ),
  };
}
