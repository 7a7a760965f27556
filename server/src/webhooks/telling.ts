import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import type { ClaimClock } from '../domain/claim.ts';
import type { OutboxLag } from '../domain/event.ts';
import type { DeliveryFigures, ToldEvent } from '../domain/webhook-delivery.ts';
import type { Store } from '../storage/store.ts';
import { createAddressJudge } from './address.ts';
import type { ResolveName } from './connection.ts';
import { Courier } from './courier.ts';
import { faultOfUrl } from './destination.ts';
import { Outbox } from './outbox.ts';
import { OutboxClaims } from './outbox-claims.ts';
import { createPost } from './request.ts';

export interface TellingOptions extends ClaimClock {
  readonly store: Store;
  readonly random: (byteCount: number) => Uint8Array;
  /** Identifies this process among those that share the database. */
  readonly holder: string;
  readonly allowedNetworks: readonly string[];
  readonly compose: (told: ToldEvent) => string;
  readonly userAgent: string;
  readonly onError: (error: unknown) => void;
  /** In place of the system's resolver. */
  readonly resolve?: ResolveName;
}

/** Delivers events to the webhooks of all organizations. Nothing is sent before `begin`. */
export class Telling {
  /** What is wrong with a URL as a place to deliver to; null if nothing is. */
  readonly faultOfUrl: (url: string) => string | null;
  readonly #options: TellingOptions;
  readonly #claims: OutboxClaims;
  readonly #courier: Courier;
  #outbox: Outbox | null = null;

  constructor(options: TellingOptions) {
    const { store, now, random, allowedNetworks, resolve = resolveName } = options;
    const judge = createAddressJudge({ allowedNetworks, ownAddresses });
    this.#options = options;
    this.faultOfUrl = (url) => faultOfUrl(url, { judge, allowsNetworks: allowedNetworks.length > 0 });
    this.#claims = new OutboxClaims(options);
    this.#courier = new Courier({
      ...options,
      store,
      jitter: () => (random(1)[0] ?? 0) / 256,
      post: createPost({ judge, resolve, now }),
      isOurs: (organizationId) => this.#claims.hold(organizationId),
    });
  }

  get outboxLag(): OutboxLag {
    return this.#outbox?.lag() ?? { organizations: 0, oldestSeconds: 0 };
  }

  get deliveryFigures(): DeliveryFigures {
    return this.#courier.figures;
  }

  begin(): void {
    this.#outbox ??= new Outbox({ ...this.#options, claims: this.#claims, courier: this.#courier });
  }

  /** Looks at an organization soon, because something may be due there. */
  readonly look = (organizationId: string): void => this.#outbox?.look(organizationId);

  /** Waits for the attempts under way, or aborts them, and lets other processes take over at once. */
  async end(patienceMilliseconds: number): Promise<void> {
    await Promise.all([this.#outbox?.[Symbol.asyncDispose](), this.#courier.end(patienceMilliseconds)]);
    await this.#claims.releaseAll().catch(this.#options.onError);
  }
}

async function resolveName(name: string): Promise<readonly string[]> {
  return (await lookup(name, { all: true, order: 'verbatim' })).map(({ address }) => address);
}

function ownAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address));
}
