import { Claims } from '../../src/webhooks/claims.ts';
import { type KeptOutbox, keepOutbox, type OutboxOptions } from '../../src/webhooks/outbox.ts';

export interface EmptyOutboxOptions extends Pick<OutboxOptions, 'store' | 'now' | 'onError'> {
  readonly holder: string;
}

/** Deals with the outboxes of a store in which there is no webhook, as a process of this name. */
export function keepOutboxEmpty({ holder, ...options }: EmptyOutboxOptions): KeptOutbox {
  const { store, now } = options;
  const claims = new Claims({ store, now, holder });
  const outbox = keepOutbox({
    ...options,
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
