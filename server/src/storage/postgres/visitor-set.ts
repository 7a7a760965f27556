import type { Visitor, VisitorLink, VisitorTouch } from '../../domain/visitor.ts';
import type { TouchMove, VisitorTouchName } from '../visitor-room.ts';

/** What the database holds of the visitors that a batch's writes name. */
export interface LoadedVisitors {
  readonly visitors: readonly Visitor[];
  /** Every touch of the visitors being linked. Such a write has a batch of its own. */
  readonly touches: ReadonlyMap<string, readonly VisitorTouch[]>;
  /** The visitors that a write is to forget because of their age. Such a write has a batch of its own. */
  readonly expired: readonly string[];
}

/** The visitors that a batch's writes name, in memory, and how they finally differ from the database. */
export class VisitorSet {
  readonly #visitors: Map<string, Visitor>;
  readonly #touches: LoadedVisitors['touches'];
  readonly expired: readonly string[];
  readonly #saved = new Set<string>();
  #names: VisitorTouchName[] = [];
  readonly newLinks: VisitorLink[] = [];
  /** Stored touches that change owners one by one, with their visitor. */
  readonly moves: (TouchMove & { readonly visitorId: string })[] = [];
  readonly removed: string[] = [];

  constructor({ visitors, touches, expired }: LoadedVisitors) {
    this.#visitors = new Map(visitors.map((visitor) => [visitor.id, visitor]));
    this.#touches = touches;
    this.expired = expired;
  }

  find(visitorId: string): Visitor | null {
    return this.#visitors.get(visitorId) ?? null;
  }

  save(visitor: Visitor): void {
    this.#visitors.set(visitor.id, visitor);
    this.#saved.add(visitor.id);
  }

  touches(visitorId: string): readonly VisitorTouch[] {
    const touches = this.#touches.get(visitorId);
    if (touches === undefined) throw new Error("The batch does not hold this visitor's touches.");
    return touches;
  }

  name(named: VisitorTouchName): void {
    this.#names.push(named);
  }

  move(visitorId: string, moves: readonly TouchMove[]): void {
    this.moves.push(...moves.map((move) => ({ ...move, visitorId })));
    this.#names.push(...moves.map(({ touchKey, to }) => ({ visitorId, customerId: to, touchKey })));
  }

  remove(visitorId: string): void {
    this.#visitors.delete(visitorId);
    this.removed.push(visitorId);
  }

  /** Drops the new names of a customer's touches, which will not be stored. */
  removeTouches(customerId: string): void {
    this.#names = this.#names.filter((named) => named.customerId !== customerId);
  }

  moveInto(customerId: string, targetCustomerId: string): void {
    const follow = <Owned extends { readonly customerId: string }>(owned: Owned): Owned =>
      owned.customerId === customerId ? { ...owned, customerId: targetCustomerId } : owned;
    this.#names = this.#names.map(follow);
    for (const [id, visitor] of this.#visitors) {
      this.#visitors.set(id, { ...visitor, links: visitor.links.map(follow) });
    }
  }

  /** New rows that record which visitor a customer's touch came from. */
  get newNames(): readonly VisitorTouchName[] {
    return this.#names;
  }

  get saved(): readonly Visitor[] {
    return Array.from(this.#saved, (id) => this.find(id)).filter((visitor) => visitor !== null);
  }
}
