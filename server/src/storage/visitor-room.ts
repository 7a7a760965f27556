import type { NewTouch, Touch, TouchKey } from '../domain/touch.ts';
import type { Visitor, VisitorLink, VisitorTouch } from '../domain/visitor.ts';

/** The visitors of an organization as a write finds and leaves them. */
export interface VisitorRoom {
  findVisitor(visitorId: string): Visitor | null;
  /** Stores a visitor, without its links. */
  saveVisitor(visitor: Visitor): void;
  addLink(link: VisitorLink): void;
  /** Every touch of a visitor. */
  visitorTouches(visitorId: string): readonly VisitorTouch[];
  /** Stores a touch of an unlinked visitor. */
  addUnlinkedTouch(visitorId: string, added: NewTouch): void;
  /** Records which visitor a customer's touch came from. */
  nameVisitor(named: VisitorTouchName): void;
  moveTouches(visitorId: string, moves: readonly TouchMove[]): void;
  /** These two apply to touches stored under an `unlinkedOwner`. */
  removeUnlinkedTouches(owner: string, keys: readonly TouchKey[]): void;
  stripUnlinkedTouches(owner: string, touches: readonly Touch[]): void;
  /** Forgets an unlinked visitor and its touches. */
  removeVisitor(visitorId: string): void;
  /** Up to `limit` unlinked visitors that were last heard of before a day. */
  visitorsBefore(day: number, limit: number): readonly string[];
}

export interface VisitorTouchName {
  readonly visitorId: string;
  readonly customerId: string;
  readonly touchKey: TouchKey;
}

export interface TouchMove {
  readonly touchKey: TouchKey;
  /** Null while it belongs to nobody. */
  readonly from: string | null;
  readonly to: string;
}
