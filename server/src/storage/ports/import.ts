import type { Collection, Page } from '../../domain/collection.ts';
import type { Cause } from '../../domain/event.ts';
import type { Import, ImportKey, ImportKind } from '../../domain/import.ts';
import type { Instant } from '../../domain/time.ts';
import type { TouchKey } from '../../domain/touch.ts';
import type { ToldTouch } from '../../domain/touch-change.ts';
import type { CustomerWrite } from '../store.ts';

/** What is read of imports. */
export interface ImportReads {
  import(organizationId: string, importId: string): Promise<Import | null>;
  /** Newest first. */
  imports(organizationId: string, page: Page): Promise<Collection<Import>>;
  /** Those that are being undone. */
  importsToUndo(organizationId: string): Promise<readonly Import[]>;
  /** Touches of an import that are still there, in the order in which it added them. */
  importedTouches(
    organizationId: string,
    importKey: ImportKey,
    limit: number,
  ): Promise<readonly OwnedTouchKey[]>;
  /** How many of them there are. */
  importedTouchCount(organizationId: string, importKey: ImportKey): Promise<number>;
}

/** The writes on imports, and on several touches of a customer that go together. */
export interface ImportWrites {
  /** Begins an import, or goes on with it. Fails with `conflict` where it is of another kind, or was undone. */
  beginImport(input: ImportPlace & { kind: ImportKind; actor: string; now: Instant }): Import;
  /** Adds touches, each as `addTouch` does and by itself, in their order: what became of one is not that of the others. */
  addTouches(input: TouchesWrite): AddedTouches;
  /** Lets nothing be added to an import any more, so that it can be undone. Fails with `not-found`. */
  beginUndoing(input: ImportPlace & { announces: boolean; actor: string; now: Instant }): Import;
  /** To be called once nothing of the import is left. Fails with `not-found`. */
  endUndoing(input: ImportPlace & { now: Instant }): Import;
  /** Removes those of these touches that are still the customer's; answers how many. */
  removeTouches(input: TouchWithdrawal): { touches: number };
  /** Takes click id, path and referrer from those of these touches that are still the customer's; answers from how many. */
  stripTouches(input: TouchWithdrawal): { touches: number };
}

/** Touches of an import, with what is said once for all of them. */
export interface TouchesWrite
  extends Omit<CustomerWrite, 'customerId' | 'once'>,
    Pick<ToldTouch, 'origin' | 'announces'> {
  readonly importKey: ImportKey;
  readonly touches: readonly ImportedTouch[];
}

export interface ImportedTouch extends Pick<ToldTouch, 'givenId' | 'given' | 'occurredTime'> {
  readonly customerId: string;
}

/** What became of touches, by their places: side by side, so that many are handed over at little cost. */
export interface AddedTouches {
  /** 0 where a touch was refused. */
  readonly keys: Float64Array;
  /** 1 where a touch was added, 0 where the same was told before under its id. */
  readonly added: Uint8Array;
  /** The customers that have them, where these are others than were named: those were merged away. */
  readonly owners: ReadonlyMap<number, string>;
  /** Why some were refused: a `Failure`, or a fault of ours. */
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
  /** Whether others are told of what a reader of the lead source sees. */
  readonly announces: boolean;
}
