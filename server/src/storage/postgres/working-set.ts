import type { Customer, CustomerChange } from '../../domain/customer.ts';
import type { DomainEvent } from '../../domain/event.ts';
import type { KeptAnswer, Once } from '../../domain/idempotency.ts';
import type { Import, ImportKey } from '../../domain/import.ts';
import type { KeptEntry } from '../../domain/timeline.ts';
import type { KnownTouch, NewTouch, Touch, TouchKey } from '../../domain/touch.ts';
import { type TouchEffect, takesAway } from '../../domain/touch-effect.ts';
import { unlinkedOwner, type Visitor, type VisitorLink, type VisitorTouch } from '../../domain/visitor.ts';
import type { CustomerRoom, GivenTouch, OwnedTouch } from '../customer-room.ts';
import type { TouchMove, VisitorTouchName } from '../visitor-room.ts';
import { Answers } from './idempotency.ts';
import type { MoneySet } from './money-set.ts';
import type { Numbers } from './turn.ts';
import { type LoadedVisitors, VisitorSet } from './visitor-set.ts';

export interface PlacedNewTouch extends NewTouch {
  customerId: string;
}

/** What the database holds of everything a batch's writes name. */
export interface Loaded {
  readonly customers: readonly Customer[];
  /** The customers that merged ids stand for. */
  readonly aliases: ReadonlyMap<string, string>;
  readonly givenTouches: ReadonlyMap<string, GivenTouch>;
  /** The touches that a write needs of customers: `CustomerRoom.touches`. Writes before it must not be on the same customer. */
  readonly histories: ReadonlyMap<string, readonly KnownTouch[]>;
  readonly imports: readonly Import[];
  /** The answers to idempotent requests. */
  readonly answers: readonly KeptAnswer[];
  readonly money: MoneySet;
  readonly visitors: LoadedVisitors;
  /** Whether any webhook is to hear of changes. */
  readonly isHeard: boolean;
  readonly numbers: Numbers;
}

/**
 * The customers that a batch's writes name, in memory: each write sees what those before it left. At the end it tells how
 * everything differs from the database, however it came about.
 */
export class WorkingSet implements CustomerRoom {
  readonly #customers: Map<string, Customer>;
  readonly #aliases: Map<string, string>;
  readonly #stored: ReadonlySet<string>;
  readonly #changed = new Set<string>();
  /** The present owner of stored touches, by their stored owner; null if they were removed. */
  readonly #owners: Map<string, string | null>;
  readonly #merged = new Set<string>();
  readonly #numbers: Numbers;
  readonly #givenTouches: Map<string, GivenTouch>;
  readonly #histories: Loaded['histories'];
  readonly #imports: ReadonlyMap<ImportKey, Import>;
  #newTouches: PlacedNewTouch[] = [];
  /** Stored touches that are removed one by one, with their owners. */
  readonly removedSingly: (readonly [customerId: string, touch: TouchKey])[] = [];
  /** Stored touches that lost their details, with their owners. */
  readonly stripped: OwnedTouch[] = [];
  /** How many touches each import added, by key. */
  readonly importedTouches = new Map<ImportKey, number>();
  readonly answers: Answers;
  readonly money: MoneySet;
  readonly visitors: VisitorSet;
  /** Events to be stored; none if no webhook is active. */
  readonly events: DomainEvent[] = [];
  readonly #isHeard: boolean;
  /** New timeline entries with their customers. */
  readonly newEntries: { customerId: string; readonly entry: KeptEntry }[] = [];

  constructor(loaded: Loaded) {
    const { customers, aliases, givenTouches, histories, imports, answers, money, visitors, numbers } =
      loaded;
    this.#isHeard = loaded.isHeard;
    this.money = money;
    this.answers = new Answers(answers);
    this.visitors = new VisitorSet(visitors);
    this.#customers = new Map(customers.map((customer) => [customer.id, customer]));
    this.#aliases = new Map(aliases);
    this.#stored = new Set(this.#customers.keys());
    this.#owners = new Map(customers.map(({ id }) => [id, id]));
    this.#numbers = numbers;
    this.#givenTouches = new Map(givenTouches);
    this.#histories = histories;
    this.#imports = new Map(imports.map((each) => [each.key, each]));
  }

  find(customerId: string): Customer | null {
    return this.#customers.get(customerId) ?? null;
  }

  resolve(customerId: string): string {
    return this.#aliases.get(customerId) ?? customerId;
  }

  findTouch(givenId: string): GivenTouch | null {
    return this.#givenTouches.get(givenId) ?? null;
  }

  touches(customerId: string): readonly KnownTouch[] {
    const history = this.#histories.get(customerId);
    if (history === undefined) throw new Error("The batch does not hold this customer's history.");
    return history;
  }

  findImport(importKey: ImportKey): Import | null {
    return this.#imports.get(importKey) ?? null;
  }

  countImported(importKey: ImportKey): void {
    this.importedTouches.set(importKey, 1 + (this.importedTouches.get(importKey) ?? 0));
  }

  nextTouchKey(): TouchKey {
    return this.#numbers.next('touch');
  }

  apply(before: Customer | null, change: CustomerChange): void {
    const { customer, effect, events } = change;
    if (customer === before) return;
    // A stored answer repeats what was written, so it must go with it.
    if (takesAway(effect)) this.answers.empty(customer.id, this.#formerIdsOf(customer.id));
    this.#applyToTouches(customer.id, effect);
    this.#customers.set(customer.id, customer);
    this.#changed.add(customer.id);
    if (this.#isHeard) this.events.push(...events);
  }

  findAnswer(once: Once): KeptAnswer | null {
    return this.answers.find(once);
  }

  keepAnswer(kept: KeptAnswer): void {
    this.answers.keep(kept);
  }

  keepEntries(customerId: string, entries: readonly KeptEntry[]): void {
    this.newEntries.push(...entries.map((entry) => ({ customerId, entry })));
  }

  moveInto(customerId: string, targetCustomerId: string): void {
    this.#customers.delete(customerId);
    this.money.moveInto(customerId, targetCustomerId);
    this.answers.moveInto(customerId, targetCustomerId);
    this.visitors.moveInto(customerId, targetCustomerId);
    for (const placed of this.newEntries) {
      if (placed.customerId === customerId) placed.customerId = targetCustomerId;
    }
    for (const [stored, owner] of this.#owners) {
      if (owner === customerId) this.#owners.set(stored, targetCustomerId);
    }
    for (const placed of this.#newTouches) {
      if (placed.customerId === customerId) placed.customerId = targetCustomerId;
    }
    for (const [givenId, given] of this.#givenTouches) {
      if (given.customerId !== customerId) continue;
      this.#givenTouches.set(givenId, { ...given, customerId: targetCustomerId });
    }
    for (const [alias, target] of this.#aliases) {
      if (target === customerId) this.#aliases.set(alias, targetCustomerId);
    }
    this.#aliases.set(customerId, targetCustomerId);
    this.#merged.add(customerId);
  }

  /**
   * The ids under which the database stored what now belongs to the customer: all of them, and those whose touches still
   * exist.
   */
  sourcesOf(customerId: string): {
    readonly all: readonly string[];
    readonly withTouches: readonly string[];
  } {
    // A refund names a conversion rather than its customer, which the batch then does not change.
    if (!this.#customers.has(customerId)) return { all: [customerId], withTouches: [customerId] };
    const all = [...this.#stored].filter(
      (stored) => stored === customerId || (this.#merged.has(stored) && this.resolve(stored) === customerId),
    );
    return { all, withTouches: this.#formerIdsOf(customerId) };
  }

  /** The customers that the database has, as they are in memory. */
  get stored(): readonly Customer[] {
    return [...this.#stored].map((id) => this.find(id)).filter((customer) => customer !== null);
  }

  findVisitor(visitorId: string): Visitor | null {
    return this.visitors.find(visitorId);
  }

  saveVisitor(visitor: Visitor): void {
    this.visitors.save(visitor);
  }

  addLink(link: VisitorLink): void {
    this.visitors.newLinks.push(link);
  }

  visitorTouches(visitorId: string): readonly VisitorTouch[] {
    return this.visitors.touches(visitorId);
  }

  addUnlinkedTouch(visitorId: string, added: NewTouch): void {
    this.#newTouches.push({ customerId: unlinkedOwner(visitorId), ...added });
  }

  nameVisitor(named: VisitorTouchName): void {
    this.visitors.name(named);
  }

  moveTouches(visitorId: string, moves: readonly TouchMove[]): void {
    this.visitors.move(visitorId, moves);
  }

  removeUnlinkedTouches(owner: string, keys: readonly TouchKey[]): void {
    this.removedSingly.push(...keys.map((key) => [owner, key] as const));
  }

  stripUnlinkedTouches(owner: string, touches: readonly Touch[]): void {
    this.stripped.push(...touches.map((touch) => ({ customerId: owner, touch })));
  }

  removeVisitor(visitorId: string): void {
    this.visitors.remove(visitorId);
  }

  visitorsBefore(): readonly string[] {
    return this.visitors.expired;
  }

  get newTouches(): readonly PlacedNewTouch[] {
    return this.#newTouches;
  }

  /** Owners, customers or visitors, whose stored touches must be removed. */
  get removedTouches(): readonly string[] {
    const removed = [...this.#owners].filter(([, owner]) => owner === null).map(([stored]) => stored);
    return [...removed, ...this.visitors.removed.map(unlinkedOwner)];
  }

  /** Moves of stored touches between owners, all at once. */
  get movedTouches(): readonly (readonly [from: string, to: string])[] {
    return [...this.#owners].filter(
      (move): move is [string, string] => move[1] !== null && move[0] !== move[1],
    );
  }

  /** Ids that are now aliases, with the customers they stand for. Aliases of these ids follow them. */
  get newAliases(): readonly (readonly [alias: string, customerId: string])[] {
    return Array.from(this.#merged, (alias) => [alias, this.resolve(alias)] as const);
  }

  get removedCustomers(): readonly string[] {
    return [...this.#merged].filter((id) => this.#stored.has(id));
  }

  get addedCustomers(): readonly Customer[] {
    return this.#changedCustomers().filter(({ id }) => !this.#stored.has(id));
  }

  get updatedCustomers(): readonly Customer[] {
    return this.#changedCustomers().filter(({ id }) => this.#stored.has(id));
  }

  #changedCustomers(): Customer[] {
    return Array.from(this.#changed, (id) => this.find(id)).filter((customer) => customer !== null);
  }

  /** Stored ids whose touches now belong to the customer. */
  #formerIdsOf(customerId: string): readonly string[] {
    return [...this.#owners].filter(([, owner]) => owner === customerId).map(([stored]) => stored);
  }

  #applyToTouches(customerId: string, effect: TouchEffect): void {
    if (effect.kind === 'adds') this.#addTouch(customerId, effect.added);
    if (effect.kind === 'removes-all') this.#removeTouches(customerId);
    if (effect.kind === 'removes')
      this.removedSingly.push(...effect.keys.map((key) => [customerId, key] as const));
    if (effect.kind === 'strips')
      this.stripped.push(...effect.touches.map((touch) => ({ customerId, touch })));
  }

  #addTouch(customerId: string, added: NewTouch): void {
    this.#newTouches.push({ customerId, ...added });
    const { touch, givenId } = added;
    if (givenId !== null) this.#givenTouches.set(givenId, { customerId, touch, isBeingUndone: false });
  }

  #removeTouches(customerId: string): void {
    this.#newTouches = this.#newTouches.filter((placed) => placed.customerId !== customerId);
    this.visitors.removeTouches(customerId);
    for (const [stored, owner] of this.#owners) {
      if (owner === customerId) this.#owners.set(stored, null);
    }
    for (const [givenId, touch] of this.#givenTouches) {
      if (touch.customerId === customerId) this.#givenTouches.delete(givenId);
    }
  }
}
