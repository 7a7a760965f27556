import { pino } from 'pino';
import { beginToOpen } from './open-store.ts';
import type { Service, StartOptions } from './service.ts';

/** Opens the storage, and the door to it. Fails with a plain one-line message where a setting or the database prevents it. */
export async function start(options: StartOptions): Promise<Service> {
  const { config, onFatal } = options;
  const logger = pino({ level: config.logLevel });
  const { opened } = await beginToOpen(config, 'server', onFatal, (sentence) => logger.warn(sentence));
  try {
    const [store, { composeOn }] = await Promise.all([opened, import('./composition.ts')]);
    options.onOpen?.();
    return await composeOn(store, logger, options);
  } catch (error) {
    // Open, it would keep the process from ending.
    await opened.then(
      (store) => store[Symbol.asyncDispose](),
      () => undefined,
    );
    throw error;
  }
}
