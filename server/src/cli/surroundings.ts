import type { Environment } from '../config.ts';
import type { Instant } from '../domain/time.ts';

/** What a command touches of the world. Answers go out, everything else that is said to a person goes to `err`. */
export interface Surroundings {
  readonly environment: Environment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly now: () => Instant;
  readonly random: (byteCount: number) => Uint8Array;
  /** Lets other processes of this machine go first from now on. */
  readonly giveWay?: () => void;
  /** Where `err` leads, if that is a terminal. */
  readonly terminal?: NodeJS.WriteStream;
}
