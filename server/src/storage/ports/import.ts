import type { Collection, Page } from '../../domain/collection.ts';
import type { Cause } from '../../domain/event.ts';
import type { Import, ImportKey, ImportKind } from '../../domain/import.ts';
import type { Instant } from '../../domain/time.ts';
import type { TouchKey } from '../../domain/touch.ts';
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
  /** Lets nothing be added to an import any more, so that it can be undone. Fails with `not-found`. */
  beginUndoing(input: ImportPlace & { announces: boolean; actor: string; now: Instant }): Import;
  /** To be called once nothing of the import is left. Fails with `not-found`. */
  endUndoing(input: ImportPlace & { now: Instant }): Import;
  /** Removes those of these touches that are still the customer's; answers how many. */
  removeTouches(input: TouchWithdrawal): { touches: number };
  /** Takes click id, path and referrer from those of these touches that are still the customer's; answers from how many. */
  stripTouches(input: TouchWithdrawal): { touches: number };
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
