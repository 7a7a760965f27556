import type { Customer, CustomerChange } from '../domain/customer.ts';
import type { Import, ImportKey } from '../domain/import.ts';
import type { KeptEntry } from '../domain/timeline.ts';
import type { KnownTouch, Touch, TouchKey } from '../domain/touch.ts';
import type { MoneyRoom } from './money-room.ts';
import type { AnswerRoom } from './once.ts';
import type { VisitorRoom } from './visitor-room.ts';

/** The customers of an organization as a write finds and leaves them. Later writes see what it left. */
export interface CustomerRoom extends VisitorRoom, AnswerRoom {
  find(customerId: string): Customer | null;
  /** The id itself, or the customer it has stood for since a merge. */
  resolve(customerId: string): string;
  /** The touch with this given id, and its owner. */
  findTouch(givenId: string): GivenTouch | null;
  /**
   * Every touch of a customer. Where those with the keys `removing` are about to be removed or stripped, it may lack others,
   * but none that decides the standing of what is left.
   */
  touches(customerId: string, removing?: readonly TouchKey[]): readonly KnownTouch[];
  findImport(importKey: ImportKey): Import | null;
  /** Counts a touch that an import added. */
  countImported(importKey: ImportKey): void;
  /** A key above those of all earlier touches. */
  nextTouchKey(): TouchKey;
  /** Stores a change; `before` is the customer it was decided on. */
  apply(before: Customer | null, change: CustomerChange): void;
  /** Adds entries to a customer's timeline. */
  keepEntries(customerId: string, entries: readonly KeptEntry[]): void;
  /** Moves all that belongs to a customer to another and makes the old id an alias of the new one. */
  moveInto(customerId: string, targetCustomerId: string): void;
  readonly money: MoneyRoom;
}

export interface OwnedTouch {
  readonly customerId: string;
  readonly touch: Touch;
}

/** A touch found by the id its sender gave it. */
export interface GivenTouch extends OwnedTouch {
  /** Whether its import is being undone, so that it is about to be removed. */
  readonly isBeingUndone: boolean;
}

/** Call after a change that adds a touch: conversions soon after the touch may now be credited to it. */
export function recreditAdded(room: CustomerRoom, { customer, effect }: CustomerChange): void {
  if (effect.kind !== 'adds' || customer.conversionTimes === null) return;
  const { occurredTime } = effect.added.touch;
  if (occurredTime > customer.conversionTimes.latest) return;
  room.money.recredit(customer.id, { touched: occurredTime });
}

/** Call after a change that removes these touches: conversions soon after one may have been credited to it. */
export function recreditWithout(
  room: CustomerRoom,
  { id, conversionTimes }: Customer,
  touches: Iterable<Touch>,
): void {
  if (conversionTimes === null) return;
  for (const { occurredTime } of touches) {
    if (occurredTime <= conversionTimes.latest) room.money.recredit(id, { touched: occurredTime });
  }
}

/** Call after a change that removes all touches of a customer or adds any number of them. */
export function recreditAll(room: CustomerRoom, customer: Customer): void {
  if (customer.conversionTimes !== null) room.money.recredit(customer.id, 'all');
}

/** The customer of an id or alias. */
export function findForWrite(
  room: CustomerRoom,
  customerId: string,
): { id: string; customer: Customer | null } {
  const direct = room.find(customerId);
  if (direct !== null) return { id: customerId, customer: direct };
  const id = room.resolve(customerId);
  return { id, customer: id === customerId ? null : room.find(id) };
}
