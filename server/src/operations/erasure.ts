import type { ErasedCounts, Erasure, LoggedErasure } from '../domain/erasure.ts';
import { Failure } from '../domain/failure.ts';
import { ulid } from '../domain/identifier.ts';
import type { Principal } from '../domain/principal.ts';
import type { Instant } from '../domain/time.ts';
import { type CustomerName, erasedNameHash } from '../storage/store.ts';
import type { OperationContext } from './context.ts';

const rowsOfPage = 5000;

/** What an erasure did. The id under which the rest is kept is never told. */
export interface Erased extends ErasedCounts {
  readonly erasedTime: Instant;
}

/** What applying a log of erasures did. */
export interface AppliedErasures {
  /** The erasures that the database did not know. */
  readonly erasures: number;
  /** The customers that they erased. */
  readonly customers: number;
}

export type ErasureOperations = ReturnType<typeof createErasureOperations>;

export function createErasureOperations({ store, now, random }: OperationContext) {
  /** Random only, so that it resembles no other id of the service, and none leads to it. */
  const newCustomerId = (): string =>
    `erased_${ulid(0, random(16)).slice(10)}${ulid(0, random(16)).slice(10)}`;
  return {
    /** Erases a customer. Fails with `not-found` for one that is unknown or was erased. */
    async erase({ organization, actor }: Principal, customerId: string): Promise<Erased> {
      const erasedTime = now();
      const counts = await store.write('eraseCustomer', {
        organizationId: organization.id,
        customerId,
        newCustomerId: newCustomerId(),
        erasureId: `era_${ulid(erasedTime, random(16))}`,
        hashes: null,
        actor,
        now: erasedTime,
      });
      return { erasedTime, ...counts };
    },

    /** Every erasure that the database knows, as lines of a log. */
    async *list(): AsyncGenerator<LoggedErasure> {
      for (const { id: organizationId } of await store.read.organizations()) {
        for await (const erasure of known(organizationId)) yield { organizationId, ...erasure };
      }
    },

    /** Repeats the logged erasures that the database, which may be older than the log, does not know. */
    async applyLogged(): Promise<AppliedErasures> {
      return applied(await store.read.loggedErasures());
    },

    apply: applied,
  };

  async function* known(organizationId: string): AsyncGenerator<Erasure> {
    let after: string | null = null;
    for (;;) {
      const page: readonly Erasure[] = await store.read.erasures(organizationId, after, rowsOfPage);
      yield* page;
      if (page.length < rowsOfPage) return;
      after = page.at(-1)?.id ?? null;
    }
  }

  async function* names(organizationId: string): AsyncGenerator<CustomerName> {
    for (const source of ['customers', 'aliases'] as const) {
      let after: string | null = null;
      for (;;) {
        const page: readonly CustomerName[] = await store.read.customerNames(
          organizationId,
          source,
          after,
          rowsOfPage,
        );
        yield* page;
        if (page.length < rowsOfPage) break;
        after = page.at(-1)?.name ?? null;
      }
    }
  }

  async function applied(logged: readonly LoggedErasure[]): Promise<AppliedErasures> {
    const total = { erasures: 0, customers: 0 };
    const ids = new Set((await store.read.organizations()).map(({ id }) => id));
    for (const [organizationId, lines] of Map.groupBy(logged, (line) => line.organizationId)) {
      if (!ids.has(organizationId)) continue;
      const unknown = new Map(lines.map((line) => [line.id, line]));
      for await (const { id } of known(organizationId)) unknown.delete(id);
      if (unknown.size === 0) continue;
      total.erasures += unknown.size;
      total.customers += await eraseAgain(organizationId, [...unknown.values()]);
    }
    return total;
  }

  async function eraseAgain(organizationId: string, erasures: readonly LoggedErasure[]): Promise<number> {
    const byHash = new Map(erasures.flatMap((erasure) => erasure.hashes.map((hash) => [hash, erasure])));
    let customers = 0;
    for await (const { name } of names(organizationId)) {
      const erasure = byHash.get(erasedNameHash(organizationId, name));
      if (erasure === undefined) continue;
      const { id: erasureId, hashes, actor, erasedTime } = erasure;
      const by = { organizationId, erasureId, hashes, actor, now: erasedTime };
      const write = { ...by, customerId: name, newCustomerId: newCustomerId() };
      customers += await store.write('eraseCustomer', write).then(() => 1, unlessGone);
    }
    for (const { id: erasureId, hashes, actor, erasedTime } of erasures) {
      await store.write('noteErasure', { organizationId, erasureId, hashes, actor, now: erasedTime });
    }
    return customers;
  }
}

/** An alias is erased together with its customer, and then not found. */
function unlessGone(error: unknown): number {
  if (error instanceof Failure && error.code === 'not-found') return 0;
  throw error;
}
