import type { Instant } from '../domain/time.ts';
import type { Webhook } from '../domain/webhook.ts';
import {
  type DeliveryFigures,
  isSuccess,
  type ToldEvent,
  type WebhookDelivery,
} from '../domain/webhook-delivery.ts';
import { inParts, type Store } from '../storage/store.ts';
import { Lane } from './lane.ts';
import type { Post } from './request.ts';
import { signatureHeaders } from './signature.ts';

export interface CourierOptions {
  readonly store: Pick<Store, 'read' | 'write'>;
  readonly now: () => Instant;
  /** At least 0 and below 1; spreads the time of the next attempt. */
  readonly jitter: () => number;
  readonly post: Post;
  /** Makes the body of a request. */
  readonly compose: (told: ToldEvent) => string;
  /** Whether this process handles the organization. */
  readonly isOurs: (organizationId: string) => Promise<boolean>;
  readonly userAgent: string;
  readonly onError: (error: unknown) => void;
}

/** Makes the deliveries that are due, in a lane for each webhook, so that a slow receiver delays no other. */
export class Courier {
  readonly #options: CourierOptions;
  readonly #lanes = new Map<string, Lane>();
  readonly #attempts = { delivered: 0, retried: 0, failed: 0 };
  readonly #stop = new AbortController();
  #isDisposed = false;

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  get figures(): DeliveryFigures {
    const due = [...this.#lanes.values()].flatMap(({ atHand }) => atHand);
    const oldest = due.reduce((first, each) => Math.min(first, each.nextTime ?? first), Infinity);
    const oldestDueSeconds = due.length === 0 ? 0 : Math.max(0, this.#options.now() - oldest) / 1000;
    return { attempts: { ...this.#attempts }, due: due.length, oldestDueSeconds };
  }

  /** Starts looking for what is due to these webhooks of an organization, without waiting for it. */
  wake(organizationId: string, webhooks: readonly Webhook[]): void {
    if (this.#isDisposed) return;
    for (const { id } of webhooks) this.#laneOf(organizationId, id).wake();
  }

  /** Resolves once the attempts under way have ended. Those that take longer than this are aborted, and remain due. */
  async end(patienceMilliseconds: number): Promise<void> {
    this.#isDisposed = true;
    const timer = setTimeout(() => this.#stop.abort(), patienceMilliseconds);
    await Promise.all([...this.#lanes.values()].map((lane) => lane[Symbol.asyncDispose]()));
    clearTimeout(timer);
  }

  #laneOf(organizationId: string, webhookId: string): Lane {
    const name = `${organizationId} ${webhookId}`;
    const known = this.#lanes.get(name);
    if (known !== undefined) return known;
    const { store, now, isOurs, onError } = this.#options;
    const lane = new Lane({
      due: async (limit) =>
        (await isOurs(organizationId))
          ? store.read.dueDeliveries(organizationId, webhookId, now(), limit)
          : [],
      attempt: (delivery) => this.#attempt(organizationId, delivery),
      onIdle: () => this.#lanes.delete(name),
      onError,
    });
    this.#lanes.set(name, lane);
    return lane;
  }

  /** Returns whether more deliveries to the same webhook may follow. */
  async #attempt(organizationId: string, delivery: WebhookDelivery): Promise<boolean> {
    const { store, now, jitter, post, isOurs } = this.#options;
    if (!(await isOurs(organizationId))) return false;
    const webhook = await store.read.webhook(organizationId, delivery.webhookId);
    if (webhook?.status !== 'active') return false;
    const { signal } = this.#stop;
    const request = await this.#requestOf(organizationId, webhook, delivery);
    // A delivery is removed with its erased customer: what was read for it may belong to the next customer under that id.
    const [kept, receiver] = await Promise.all([
      store.read.webhookDelivery(organizationId, delivery.id),
      store.read.webhook(organizationId, webhook.id),
    ]);
    // Whoever was told that it is inactive or deleted expects nothing more, although deliveries may be left.
    if (receiver?.status !== 'active') return false;
    // One that was given up meanwhile stays so, also where the webhook is active again.
    if (kept === null || kept.nextTime === null) return true;
    const attempt = await post(request, signal);
    if (signal.aborted && attempt.responseStatus === null) return false;
    const noted = { organizationId, deliveryId: delivery.id, attempt, now: now(), jitter: jitter() };
    const after = await store.write('noteAttempt', noted);
    if (isSuccess(attempt)) this.#attempts.delivered += 1;
    else this.#attempts[after?.status === 'pending' ? 'retried' : 'failed'] += 1;
    if (!isSuccess(attempt)) await this.#giveUpAfter(organizationId, webhook.id);
    return true;
  }

  /** If an attempt ended all attempts, `noteAttempt` gave up the first part of what waits; gives up the others. */
  async #giveUpAfter(organizationId: string, webhookId: string): Promise<void> {
    const { store, now } = this.#options;
    const webhook = await store.read.webhook(organizationId, webhookId);
    if (webhook?.status !== 'inactive') return;
    const asked = { organizationId, webhookId, now: now() };
    await inParts(
      (limit) => store.write('giveUpDeliveries', { ...asked, limit }),
      () => this.#isDisposed,
    );
  }

  async #requestOf(organizationId: string, webhook: Webhook, { id, event }: WebhookDelivery) {
    const { store, now, compose, userAgent } = this.#options;
    const keys = [event.current, event.previous, event.original].filter((key) => key !== null);
    const [customer, touches] = await Promise.all([
      store.read.customer(organizationId, event.customerId),
      keys.length === 0 ? [] : store.read.touchesByKey(organizationId, event.customerId, [...new Set(keys)]),
    ]);
    const body = compose({ organizationId, event, customer, touches });
    const headers = {
      'user-agent': userAgent,
      ...ownHeaders(webhook),
      ...signatureHeaders(webhook, id, body, now()),
    };
    return { url: webhook.url, headers, body };
  }
}

/** Those that are active. Several of one name are one list, which RFC 9110 takes for the same. */
function ownHeaders({ headers }: Webhook): Readonly<Record<string, string>> {
  const active = headers.filter(({ status }) => status === 'active');
  const byName = Map.groupBy(active, ({ name }) => name.toLowerCase());
  return Object.fromEntries(
    Array.from(byName, ([name, all]) => [name, all.map(({ value }) => value).join(', ')]),
  );
}
