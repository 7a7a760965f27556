import type { StoreRoom } from '../../support/store-room.ts';
import type { Engine } from '../engines.ts';

/** What the tests work with. */
export interface ContractGround {
  /** A new organization in the store that all tests share: to open one takes longer than most of them. */
  room(): Promise<StoreRoom>;
  /** As `room`, and somebody is to be told of what happens there. */
  heardRoom(): Promise<StoreRoom>;
  /** Closes the shared store and opens it again on what it kept. */
  reopen(): Promise<void>;
  readonly engine: Engine;
}
