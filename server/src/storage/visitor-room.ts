import type { Touch, TouchKey } from '../domain/touch.ts';
import type { Visitor, VisitorLink, VisitorTouch } from '../domain/visitor.ts';
import type { NewTouch } from './rows/touch.ts';

/** The visitors of an organization as a write finds and leaves them. */
export interface VisitorRoom {
  findVisitor(visitorId: string): Visitor | null;
  /** Keeps a visitor, without its links. */
  saveVisitor(visitor: Visitor): void;
  addLink(link: VisitorLink): void;
  /** Every touch of a visitor. */
  visitorTouches(visitorId: string): readonly VisitorTouch[];
  /** Keeps a touch of a visitor that nobody is linked to. */
  addUnlinkedTouch(visitorId: string, added: NewTouch): void;
  /** Keeps which visitor a customer's touch came from. */
  nameVisitor(named: VisitorTouchName): void;
  moveTouches(visitorId: string, moves: readonly TouchMove[]): void;
  /** These two are of touches kept under an `unlinkedOwner`. */
  removeUnlinkedTouches(owner: string, keys: readonly TouchKey[]): void;
  stripUnlinkedTouches(owner: string, touches: readonly Touch[]): void;
  /** Forgets an unlinked visitor and its touches. */
  removeVisitor(visitorId: string): void;
  /** Unlinked visitors that nobody has heard of since before a day, so many at most. */
  visitorsBefore(day: number, limit: number): readonly string[];
}

export interface VisitorTouchName {
  readonly visitorId: string;
  readonly customerId: string;
  readonly touchKey: TouchKey;
}

export interface TouchMove {
  readonly touchKey: TouchKey;
  /** Null for nobody. */
  readonly from: string | null;
  readonly to: string;
}
