import type { Config } from './config.ts';
import type { Beginning } from './first-start.ts';
import type { TransportLimits } from './http/transport.ts';

/** The running service. Disposing of it skips the drain time, but still answers and keeps what was accepted. */
export interface Service extends Beginning, AsyncDisposable {
  /** Where it listens. */
  readonly url: string;
  /** Stops in good order: reports not ready, then takes no new requests, then finishes the accepted ones. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly config: Config;
  readonly now?: () => number;
  /** Replaces some of the usual limits of connections. */
  readonly transportLimits?: Partial<TransportLimits>;
  /** Called once the storage is open, before any request can be accepted: opening may take long. */
  readonly onOpen?: () => void;
  /** Called when the storage can no longer be trusted; the process must end. */
  readonly onFatal: (reason: string) => void;
}
