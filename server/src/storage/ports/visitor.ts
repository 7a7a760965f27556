import type { ClickIdKind } from '../../domain/click-id.ts';
import type { Collection, Page } from '../../domain/collection.ts';
import type { LeadSource } from '../../domain/lead-source.ts';
import type { Instant } from '../../domain/time.ts';
import type { ListedLink, VisitorHit } from '../../domain/visitor.ts';

/** The part of the port that is about visitors. */
export interface VisitorReads {
  /** A customer's visitors, by when they were linked; null where nobody has heard of it, or where the id is an alias. */
  visitorLinks(
    organizationId: string,
    customerId: string,
    page: Page,
  ): Promise<Collection<ListedLink> | null>;
}

export interface VisitorWrites {
  /** Gives a touch that was captured to whom its visitor is linked; one that tells the last again is not recorded. */
  captureTouch(input: CapturedTouch): { recorded: boolean };
  /**
   * Links a visitor to a customer, whom it gives those touches that are the customer's by all links; `linkedTime` is null
   * for now. The same link again changes nothing. Fails with `invalid` for a moment ahead.
   */
  linkVisitor(input: VisitorPlace & { customerId: string; linkedTime: Instant | null }): {
    link: ListedLink;
    added: boolean;
  };
  /** Forgets a visitor with its touches. Fails with `not-found`, or `conflict` where it is linked. */
  eraseVisitor(input: VisitorPlace): null;
  /** Forgets, so many at most, unlinked visitors that nobody has heard of for so many days. */
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
