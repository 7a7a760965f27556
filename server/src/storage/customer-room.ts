import type { Customer, CustomerChange } from '../domain/customer.ts';
import type { Import, ImportKey } from '../domain/import.ts';
import type { KeptEntry } from '../domain/timeline.ts';
import type { KnownTouch, Touch, TouchKey } from '../domain/touch.ts';
import { everything, type MoneyRoom } from './money-room.ts';
import type { AnswerRoom } from './once.ts';
import type { VisitorRoom } from './visitor-room.ts';

/** The customers of an organization as a write finds and leaves them. Writes after it see what it left. */
export interface CustomerRoom extends VisitorRoom, AnswerRoom {
  find(customerId: string): Customer | null;
  /** The id itself, or the customer it stands for since a merge. */
  resolve(customerId: string): string;
  /** The touch that was given this id, and whose it is. */
  findTouch(givenId: string): GivenTouch | null;
  /** Every touch of a customer. */
  touches(customerId: string): readonly KnownTouch[];
  findImport(importKey: ImportKey): Import | null;
  /** Counts a touch that an import added. */
  countImported(importKey: ImportKey): void;
  /** A key above those of all touches before. */
  nextTouchKey(): TouchKey;
  /** Keeps a change; `before` is the customer it was decided upon. */
  apply(before: Customer | null, change: CustomerChange): void;
  /** Keeps entries of a customer's timeline. */
  keepEntries(customerId: string, entries: readonly KeptEntry[]): void;
  /** Gives all that belongs to a customer to another, and lets the old id stand for the new one. */
  moveInto(customerId: string, targetCustomerId: string): void;
  readonly money: MoneyRoom;
}

export interface OwnedTouch {
  readonly customerId: string;
  readonly touch: Touch;
}

/** A touch that is known by the id that its sender gave it. */
export interface GivenTouch extends OwnedTouch {
  /** Whether the undoing of its import has begun: then it will be gone. */
  readonly isBeingUndone: boolean;
}

/** To be called after a change that adds a touch: it may have led to conversions that occurred after it. */
export function recreditAdded(room: CustomerRoom, { customer, added }: CustomerChange): void {
  if (added === null || customer.conversionTimes === null) return;
  if (added.occurredTime > customer.conversionTimes.latest) return;
  room.money.recredit(customer.id, { from: added.occurredTime });
}

/** To be called after a change by which touches of a customer go, or come in any number. */
export function recreditAll(room: CustomerRoom, customer: Customer): void {
  if (customer.conversionTimes !== null) room.money.recredit(customer.id, everything);
}

/** The customer an id stands for, also through an alias. */
export function findForWrite(
  room: CustomerRoom,
  customerId: string,
): { id: string; customer: Customer | null } {
  const direct = room.find(customerId);
  if (direct !== null) return { id: customerId, customer: direct };
  const id = room.resolve(customerId);
  return { id, customer: id === customerId ? null : room.find(id) };
}
