import type { Collection, Page } from '../../domain/collection.ts';
import type { Cause } from '../../domain/event.ts';
import type { Import, ImportKey, ImportKind } from '../../domain/import.ts';
import type { Instant } from '../../domain/time.ts';
import type { TouchKey } from '../../domain/touch.ts';
import type { ToldTouch } from '../../domain/touch-change.ts';
import type { CustomerWrite } from './write.ts';

/** Reads of imports. */
export interface ImportReads {
  import(organizationId: string, importId: string): Promise<Import | null>;
  /** Newest first. */
  imports(organizationId: string, page: Page): Promise<Collection<Import>>;
  /** The organizations with imports that are being undone. */
  undoingOrganizations(): Promise<readonly string[]>;
  /** Those that are being undone. */
  importsToUndo(organizationId: string): Promise<readonly Import[]>;
  /** Touches of an import that still exist, in the order in which it added them. */
  importedTouches(
    organizationId: string,
    importKey: ImportKey,
    limit: number,
  ): Promise<readonly OwnedTouchKey[]>;
  /** How many touches of an import still exist. */
  importedTouchCount(organizationId: string, importKey: ImportKey): Promise<number>;
}

/** Writes on imports, and on several touches of a customer at once. */
export interface ImportWrites {
  /** Begins an import or resumes it. Fails with `conflict` if it is of another kind or was undone. */
  beginImport(input: ImportPlace & { kind: ImportKind; actor: string; now: Instant }): Import;
  /** Adds touches in order, each on its own as `addTouch` does: the failure of one does not affect the others. */
  addTouches(input: TouchesWrite): AddedTouches;
  /** Closes an import to further touches so that it can be undone. Fails with `not-found`. */
  beginUndoing(input: ImportPlace & { announces: boolean; actor: string; now: Instant }): Import;
  /** To be called once nothing of the import is left. Fails with `not-found`. */
  endUndoing(input: ImportPlace & { now: Instant }): Import;
  /** Removes those of these touches that the customer still has; returns how many. */
  removeTouches(input: TouchWithdrawal): { touches: number };
  /** Clears click id, path and referrer of those of these touches that the customer still has; returns how many. */
  stripTouches(input: TouchWithdrawal): { touches: number };
}

/** Touches of an import, with what is common to all of them. */
export interface TouchesWrite
  extends Omit<CustomerWrite, 'customerId' | 'once'>,
    Pick<ToldTouch, 'origin' | 'announces'> {
  readonly importKey: ImportKey;
  readonly touches: readonly ImportedTouch[];
}

export interface ImportedTouch extends Pick<ToldTouch, 'givenId' | 'given' | 'occurredTime' | 'sameAs'> {
  readonly customerId: string;
}

/** The outcome of each touch by its index, as columns, so that many are handed over cheaply. */
export interface AddedTouches {
  /** The key of each touch; 0 if it was refused. */
  readonly keys: Float64Array;
  /** 1 if the touch was added, 0 if the same was already recorded under its given id, or if it was refused. */
  readonly added: Uint8Array;
  /** The customers that have the touches, only where the named customer had been merged into another. */
  readonly owners: ReadonlyMap<number, string>;
  /** Why touches were refused: a `Failure`, or an unexpected error. */
  readonly refusals: ReadonlyMap<number, unknown>;
}

export interface OwnedTouchKey {
  readonly customerId: string;
  readonly touchKey: TouchKey;
}

interface ImportPlace {
  readonly organizationId: string;
  readonly importId: string;
}

interface TouchWithdrawal extends CustomerWrite {
  readonly touchKeys: readonly TouchKey[];
  readonly cause: Cause;
  /** Whether webhooks are told of visible changes to the lead source. */
  readonly announces: boolean;
}
