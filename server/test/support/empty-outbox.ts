import { Outbox, type OutboxOptions } from '../../src/webhooks/outbox.ts';
import { OutboxClaims } from '../../src/webhooks/outbox-claims.ts';

export interface EmptyOutboxOptions extends Pick<OutboxOptions, 'store' | 'now' | 'onError'> {
  readonly holder: string;
}

export type EmptyOutbox = Pick<Outbox, 'lag' | 'look'> & AsyncDisposable;

/** Deals with the outboxes of a store as a process of this name that finds no webhook: all have gone since. */
export function keepOutboxEmpty({ holder, ...options }: EmptyOutboxOptions): EmptyOutbox {
  const { now } = options;
  const read = { ...options.store.read, activeWebhooks: async () => [] };
  const store = {
    read,
    write: options.store.write.bind(options.store),
    onCommit: options.store.onCommit.bind(options.store),
  };
  const claims = new OutboxClaims({ store, now, holder });
  const outbox = new Outbox({
    ...options,
    store,
    random: (byteCount) => new Uint8Array(byteCount),
    claims,
    courier: { wake: () => undefined },
  });
  return {
    lag: () => outbox.lag(),
    look: (organizationId) => outbox.look(organizationId),
    async [Symbol.asyncDispose]() {
      await outbox[Symbol.asyncDispose]();
      await claims.releaseAll();
    },
  };
}
