import type { Interned } from './interned.ts';
import type { Destination } from './sent-rows.ts';
import type { Numbers } from './turn.ts';

/** The context in which a batch's rows are stored. */
export interface Keeping extends Destination {
  readonly interned: Interned;
  readonly numbers: Numbers;
}
