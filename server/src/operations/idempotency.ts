import { hash } from 'node:crypto';
import { Failure } from '../domain/failure.ts';
import { type Once, oldestKeptAnswer } from '../domain/idempotency.ts';
import { inParts } from '../storage/store.ts';
import type { OperationContext } from './context.ts';
import { Rounds } from './recurring.ts';

/** A request that its sender wants done once. */
export interface RepeatableRequest {
  readonly organizationId: string;
  readonly route: string;
  readonly key: string;
  /** Everything in which another request would differ. */
  readonly content: string;
}

export type IdempotencyOperations = ReturnType<typeof createIdempotencyOperations>;

export function createIdempotencyOperations({ store, now }: Pick<OperationContext, 'store' | 'now'>) {
  const underWay = new Set<string>();
  const rounds = new Rounds();
  return {
    /**
     * Runs a request whose only write is to be done once; that write must be given `once`. Fails with `conflict` while this
     * process runs another one under the same key; between processes, one waits for the other.
     */
    async doOnce<Answer>(request: RepeatableRequest, run: (once: Once) => Promise<Answer>): Promise<Answer> {
      const { organizationId, route, key, content } = request;
      const name = JSON.stringify([organizationId, route, key]);
      if (underWay.has(name)) {
        throw new Failure('conflict', 'A request with this Idempotency-Key is under way.');
      }
      underWay.add(name);
      try {
        return await run({ route, key, contentDigest: hash('sha256', content, 'base64url') });
      } finally {
        underWay.delete(name);
      }
    },

    /** Forgets answers older than a day, whichever process gave them. Writes nothing for an organization that has none. */
    async forgetOldAnswers(ending?: AbortSignal): Promise<void> {
      const before = oldestKeptAnswer(now());
      const forget = (organizationId: string) =>
        inParts(
          (limit) => store.write('pruneAnswers', { organizationId, before, limit }),
          () => ending?.aborted === true,
        );
      await rounds.go(await store.read.answerOrganizations(before), forget, ending);
    },
  };
}
