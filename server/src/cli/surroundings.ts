import type { Environment } from '../config.ts';
import type { Instant } from '../domain/time.ts';

/** What a command needs from the outside world. Answers go to `out`, everything else that is said to a person to `err`. */
export interface Surroundings {
  readonly environment: Environment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Resolves once what was given to `out` has been taken, with false if nobody takes any more. Absent where `out` never waits. */
  readonly isTaken?: () => Promise<boolean>;
  readonly now: () => Instant;
  readonly random: (byteCount: number) => Uint8Array;
  /** Lets other processes of this machine go first from now on. */
  readonly giveWay?: () => void;
  /** Where `err` leads, if it is a terminal. */
  readonly terminal?: NodeJS.WriteStream;
}
