import type { ClickIdKind } from '../../domain/click-id.ts';
import type { Collection, Page } from '../../domain/collection.ts';
import type { LeadSource } from '../../domain/lead-source.ts';
import type { Instant } from '../../domain/time.ts';
import type { ListedLink, VisitorHit } from '../../domain/visitor.ts';

/** The part of the port that is about visitors. */
export interface VisitorReads {
  /** A customer's visitors, in the order they were linked; null if the customer is unknown or the id is an alias. */
  visitorLinks(
    organizationId: string,
    customerId: string,
    page: Page,
  ): Promise<Collection<ListedLink> | null>;
}

export interface VisitorWrites {
  /**
   * Gives a captured touch to the customer its visitor is linked to, if any. A repeat of the visitor's last hit is not
   * recorded.
   */
  captureTouch(input: CapturedTouch): { recorded: boolean };
  /**
   * Links a visitor to a customer and moves to it those of the visitor's touches that all links together make its own;
   * `linkedTime` null means now. Repeating a link changes nothing. Fails with `invalid` for a moment in the future.
   */
  linkVisitor(input: VisitorPlace & { customerId: string; linkedTime: Instant | null }): {
    link: ListedLink;
    added: boolean;
  };
  /** Forgets a visitor and its touches. Fails with `not-found`, or `conflict` if it is linked. */
  eraseVisitor(input: VisitorPlace): null;
  /** Forgets up to `limit` unlinked visitors that were last heard of more than `keptDays` days ago. */
  expireVisitors(input: Omit<VisitorPlace, 'visitorId'> & { keptDays: number; limit: number }): {
    expired: number;
  };
}

interface VisitorPlace {
  readonly organizationId: string;
  readonly visitorId: string;
  readonly actor: string;
  readonly now: Instant;
}

export interface CapturedTouch extends VisitorPlace {
  readonly leadSource: LeadSource;
  readonly clickIdKind: ClickIdKind | null;
  readonly hit: VisitorHit;
}
