import type { Instant } from '../domain/time.ts';
import type { Store } from '../storage/store.ts';

/** What every operation works with. */
export interface OperationContext {
  readonly store: Store;
  readonly now: () => Instant;
  /** Unpredictable bytes. */
  readonly random: (byteCount: number) => Uint8Array;
}
