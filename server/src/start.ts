import { pino } from 'pino';
import type { Config } from './config.ts';
import type { Beginning } from './first-start.ts';
import type { TransportLimits } from './http/transport.ts';
import { beginToOpen } from './open-store.ts';

/** The service, running. Disposing of it stops it at once, after what was accepted is answered and kept. */
export interface Service extends Beginning, AsyncDisposable {
  /** Where it listens. */
  readonly url: string;
  /** Stops in good order: not ready first, then no new requests, then the end of those accepted. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly config: Config;
  readonly now?: () => number;
  /** Other limits of the connection than the usual ones. */
  readonly transportLimits?: Partial<TransportLimits>;
  /** Called once the storage is open, before anything can be accepted: to open it may take long. */
  readonly onOpen?: () => void;
  /** Called when the storage can no longer be trusted; the process must end. */
  readonly onFatal: (reason: string) => void;
}

/** Opens the storage, and the door to it. Fails with a plain line where a setting or the file forbids it. */
export async function start(options: StartOptions): Promise<Service> {
  const { config, onFatal } = options;
  const logger = pino({ level: config.logLevel });
  const { opened } = await beginToOpen(config, 'server', onFatal, (sentence) => logger.warn(sentence));
  const [store, { composeOn }] = await Promise.all([opened, import('./composition.ts')]);
  options.onOpen?.();
  try {
    return await composeOn(store, logger, options);
  } catch (error) {
    await store[Symbol.asyncDispose]();
    throw error;
  }
}
