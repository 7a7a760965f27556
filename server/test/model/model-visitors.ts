import type { ModelTouch } from './model-touch.ts';

/** From this moment on the visitor is the customer that then had this name. */
interface ModelLink {
  readonly time: number;
  readonly name: string;
}

interface ModelVisitor {
  lastHit: { readonly time: number; readonly facts: string } | null;
  links: readonly ModelLink[];
  /** Touches while nobody is linked. */
  nobodys: readonly ModelTouch[];
}

const sameHitMilliseconds = 30_000;

/** Browsers, which touches are theirs, and which customers they are. */
export class ModelVisitors {
  readonly #visitors: Map<string, ModelVisitor>;
  /** Of each touch that was captured, by its arrival. */
  readonly #visitorOf: Map<number, string>;

  constructor(from?: ModelVisitors) {
    this.#visitors = new Map(Array.from(from?.all() ?? [], ([id, visitor]) => [id, { ...visitor }]));
    this.#visitorOf = new Map(from?.captured());
  }

  all(): ReadonlyMap<string, ModelVisitor> {
    return this.#visitors;
  }

  captured(): ReadonlyMap<number, string> {
    return this.#visitorOf;
  }

  isCaptured({ arrival }: ModelTouch): boolean {
    return this.#visitorOf.has(arrival);
  }

  isOf({ arrival }: ModelTouch, visitor: string): boolean {
    return this.#visitorOf.get(arrival) === visitor;
  }

  named(id: string): ModelVisitor {
    const known = this.#visitors.get(id);
    if (known !== undefined) return known;
    const visitor: ModelVisitor = { lastHit: null, links: [], nobodys: [] };
    this.#visitors.set(id, visitor);
    return visitor;
  }

  /** Whether the hit is not the same as the one before. */
  hit(id: string, touch: ModelTouch): boolean {
    const visitor = this.named(id);
    const { lastHit } = visitor;
    const isSame =
      lastHit?.facts === touch.facts && Math.abs(lastHit.time - touch.time) <= sameHitMilliseconds;
    if (isSame) return false;
    visitor.lastHit = touch;
    this.#visitorOf.set(touch.arrival, id);
    return true;
  }

  /** By which name the visitor was a customer at a moment: by the last link until then, before all by the first. */
  nameAt(id: string, time: number): string | null {
    const { links } = this.named(id);
    return (links.findLast((link) => link.time <= time) ?? links[0])?.name ?? null;
  }

  /** By which name since a moment or before; null before all links. */
  nameSince(id: string, time: number): string | null {
    return this.named(id).links.findLast((link) => link.time <= time)?.name ?? null;
  }

  /** Whether there was no such link yet. */
  link(id: string, link: ModelLink): boolean {
    const visitor = this.named(id);
    if (visitor.links.some(({ time, name }) => time === link.time && name === link.name)) return false;
    visitor.links = [...visitor.links, link].toSorted(
      (one, other) => one.time - other.time || (one.name < other.name ? -1 : 1),
    );
    return true;
  }
}
