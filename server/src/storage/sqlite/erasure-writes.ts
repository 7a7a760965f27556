import { sql } from 'kysely';
import {
  type ErasedCounts,
  eraseCustomer,
  erasedIdPrefix,
  type LoggedErasure,
  requireBuiltBeyond,
} from '../../domain/erasure.ts';
import { Failure } from '../../domain/failure.ts';
import { hasDetails, withoutDetails } from '../../domain/touch.ts';
import { unlinkedOwner } from '../../domain/visitor.ts';
import { customerColumns } from '../columns.ts';
import { erasedNameHash } from '../erased-name.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import type { ErasureWrites } from '../ports/erasure.ts';
import { clicksOfOthers, erasureWrites } from '../queries/erasure.ts';
import { customerRowOf } from '../rows/customer.ts';
import { type Connection, type PreparedQueries, query, textsOf } from './connection.ts';
import type { Money } from './money-writes.ts';
import type { Readers } from './readers.ts';
import type { TouchWriter } from './touch.ts';
import type { VisitorWriter } from './visitor.ts';

/** SQLite would rather go through all rows of the organization: it takes a key's beginning to find few. */
const deliveriesOf = sql`
  delete from "webhook_deliveries" indexed by webhook_deliveries_by_customer
  where organization_id = ${parameter('organizationId')} and customer_id = ${parameter('customerId')}`;
const clickInLines = sql`
  update "affiliate_lines" indexed by affiliate_lines_by_click set click_id = null
  where organization_id = ${parameter('organizationId')} and click_id = ${parameter('clickId')}`;

const writes = () => ({
  ...erasureWrites(query),
  clicksOfOthers: clicksOfOthers(query, sql`noted.customer_id in ${textsOf('owners')}`),
  removeDeliveries: { compile: () => deliveriesOf.compile(query) },
  forgetClickInLines: { compile: () => clickInLines.compile(query) },
  addCustomer: query.insertInto('customers').values(parametersNamed(customerColumns)),
});

type Place = { readonly organizationId: number; readonly customerId: string };

interface Parts {
  readonly readers: Readers;
  readonly touches: TouchWriter;
  readonly visitors: VisitorWriter;
  readonly money: Pick<Money, 'settle'>;
  /** Logs the erasure outside the database; called before the transaction ends. */
  readonly log: (erasure: LoggedErasure) => void;
}

/** Erases customers, inside a transaction. */
export class ErasureWriter {
  readonly #parts: Parts;
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection, parts: Parts) {
    this.#parts = parts;
    this.#statements = connection.prepareAll(writes);
  }

  get writes(): ErasureWrites {
    return {
      eraseCustomer: (input) => this.#erase(input),
      noteErasure: ({ organizationId, hashes, ...erasure }) => {
        const organization = this.#parts.readers.interning.organization(organizationId);
        this.#statements().add.run({
          organizationId: organization,
          ...erasure,
          hashes: JSON.stringify(hashes),
        });
        return null;
      },
      forgetGone: ({ organizationId: publicId, after, limit }) => {
        const organizationId = this.#parts.readers.interning.organization(publicId);
        const { leavePlaces, ownersNoted } = this.#statements();
        leavePlaces.run({ organizationId });
        const noted = ownersNoted.all({ organizationId, after: after ?? '', limit });
        const gone = noted.filter((row) => row.is_there === 0).map((row) => row.customer_id);
        this.#forgetClickIds(organizationId, this.#forgetNotes(organizationId, gone));
        return { next: noted.length < limit ? null : (noted.at(-1)?.customer_id ?? null) };
      },
    };
  }

  #erase(input: Parameters<ErasureWrites['eraseCustomer']>[0]): ErasedCounts {
    const { organizationId: publicId, newCustomerId, erasureId, actor, now } = input;
    const { readers, money, log } = this.#parts;
    // Earlier writes of this transaction may still have credits of this customer to settle.
    money.settle();
    const organizationId = readers.interning.organization(publicId);
    const customerId = readers.customers.resolve(organizationId, input.customerId);
    const customer = readers.customers.find(organizationId, customerId);
    if (customer === null) throw new Failure('not-found', 'No such customer.');
    const place = { organizationId, customerId };
    const aliases = this.#statements()
      .aliasesOf.all(place)
      .map((row) => row.alias_id);
    this.#requireBuiltBeyond(place);
    const names = [customerId, ...aliases];
    const hashes = input.hashes ?? names.map((name) => erasedNameHash(publicId, name));
    const deliveries = this.#removeTold(organizationId, names);
    const visitorIds = this.#statements()
      .visitorsOf.all(place)
      .map((row) => row.visitor_id);
    this.#forgetClicks(place, [...names, ...visitorIds.map(unlinkedOwner)]);
    const counts = { ...this.#removeAll(place, visitorIds), deliveries };
    const erased = eraseCustomer(customer, newCustomerId, now);
    this.#statements().removeCustomer.run(place);
    this.#statements().addCustomer.run({ ...customerRowOf(organizationId, erased) });
    const touches = this.#freeTouches(place, newCustomerId);
    const freed = this.#freeMoney(place, newCustomerId);
    this.#statements().rekeyEntries.run({ ...place, newCustomerId });
    this.#statements().leavePlaces.run({ organizationId });
    const kept = { organizationId, erasureId, hashes: JSON.stringify(hashes), actor, now };
    this.#statements().add.run(kept);
    if (input.hashes === null)
      log({ organizationId: publicId, id: erasureId, hashes, actor, erasedTime: now });
    return { touches, ...freed, ...counts };
  }

  #removeAll(place: Place, visitorIds: readonly string[]) {
    const statements = this.#statements();
    const aliases = statements.removeAliases.run(place);
    const answers = statements.removeAnswers.run(place);
    statements.removeLinks.run(place);
    statements.removeVisitorTouches.run(place);
    statements.removeMergers.run(place);
    for (const visitorId of visitorIds) this.#forgetVisitor(place.organizationId, visitorId);
    return { aliases, visitors: visitorIds.length, answers };
  }

  /** Events and deliveries keep the id they happened under. */
  #removeTold(organizationId: number, names: readonly string[]): number {
    const { removeDeliveries, removeEvents } = this.#statements();
    const removed = names.map(
      (customerId) =>
        removeDeliveries.run({ organizationId, customerId }) +
        removeEvents.run({ organizationId, customerId }),
    );
    return removed.reduce((sum, count) => sum + count, 0);
  }

  /** A visitor that is also linked to another customer stays theirs. */
  #forgetVisitor(organizationId: number, visitorId: string): void {
    const { readers, visitors } = this.#parts;
    const visitor = readers.visitors.find(organizationId, visitorId);
    if (visitor !== null && visitor.links.length === 0) visitors.remove(organizationId, visitorId);
  }

  /** Fails while a build of credits is at a moment whose conversions would change their ids. */
  #requireBuiltBeyond(place: Place): void {
    const { conversionsOf, buildingAt } = this.#statements();
    const moments = buildingAt.all({ organizationId: place.organizationId }).map((row) => row.reached_time);
    requireBuiltBeyond(moments, conversionsOf.all(place));
  }

  /** Credits refer to conversions and touches by key, so they stay. */
  #freeMoney(place: Place, newCustomerId: string) {
    const { freeConversions, freeRefunds } = this.#statements();
    const idPrefix = erasedIdPrefix(newCustomerId);
    const conversions = freeConversions.run({ ...place, newCustomerId, idPrefix });
    return { conversions, refunds: freeRefunds.run({ ...place, newCustomerId, idPrefix }) };
  }

  #freeTouches({ organizationId, customerId }: Place, newCustomerId: string): number {
    const { readers, touches } = this.#parts;
    for (const { touch } of readers.touches.all(organizationId, customerId)) {
      if (hasDetails(touch)) touches.strip(organizationId, customerId, withoutDetails(touch));
    }
    return this.#statements().rekeyTouches.run({ organizationId, customerId, newCustomerId });
  }

  #forgetClicks({ organizationId, customerId }: Place, owners: readonly string[]): void {
    const statements = this.#statements();
    const stated = statements.clicksStatedOf.all({ organizationId, customerId });
    const touched = statements.clickIdsOf.all({ organizationId, customerId });
    const asked = { organizationId, customerId, owners: JSON.stringify(owners) };
    const others = statements.clicksOfOthers.all(asked);
    const noted = this.#forgetNotes(organizationId, owners);
    for (const { customer_id: other, about_number: about, click_id: clickId } of others) {
      statements.noteClick.run({ organizationId, customerId: other, about, clickId });
    }
    for (const { about_number: about, conversion_key: conversionKey } of stated) {
      statements.forgetClicksInAccounts.run({ organizationId, about, conversionKey });
    }
    this.#forgetClickIds(organizationId, [...[...stated, ...touched].map((row) => row.click_id), ...noted]);
  }

  /** Returns the ids of the clicks that were noted. */
  #forgetNotes(organizationId: number, owners: readonly string[]): readonly string[] {
    const { clicksNotedOf, removeClicksNoted } = this.#statements();
    const noted = owners.flatMap((customerId) => clicksNotedOf.all({ organizationId, customerId }));
    for (const customerId of owners) removeClicksNoted.run({ organizationId, customerId });
    return noted.map((row) => row.click_id);
  }

  /** Lines keep a click that somebody else came by, too. */
  #forgetClickIds(organizationId: number, clickIds: readonly (string | null)[]): void {
    const { accountOfClick, noteOfClick, forgetClickInLines } = this.#statements();
    for (const clickId of new Set(clickIds)) {
      const place = { organizationId, clickId };
      const isOthers = accountOfClick.get(place) !== undefined || noteOfClick.get(place) !== undefined;
      if (!isOthers) forgetClickInLines.run(place);
    }
  }
}
