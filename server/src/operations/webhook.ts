import type { Collection, Page } from '../domain/collection.ts';
import { Failure, invalid } from '../domain/failure.ts';
import { ulid } from '../domain/identifier.ts';
import type { Principal } from '../domain/principal.ts';
import type { Webhook, WebhookRequest } from '../domain/webhook.ts';
import { inParts } from '../storage/store.ts';
import type { OperationContext } from './context.ts';

export interface SavedWebhook {
  readonly webhook: Webhook;
  readonly created: boolean;
}

export type WebhookOperations = ReturnType<typeof createWebhookOperations>;

export interface WebhookOptions {
  /** What is wrong with a URL as a target of deliveries; null where nothing is. */
  readonly faultOfUrl: (url: string) => string | null;
}

export function createWebhookOperations(
  { store, now, random }: OperationContext,
  { faultOfUrl }: WebhookOptions,
) {
  const save = async (
    principal: Principal,
    webhookId: string,
    request: WebhookRequest,
    mustBeNew: boolean,
  ) => {
    const fault = faultOfUrl(request.url);
    if (fault !== null) throw invalid('url', fault);
    const place = placeOf(principal, webhookId, now());
    const giveUp = () => inParts((limit) => store.write('giveUpDeliveries', { ...place, limit }));
    // While a webhook is inactive, deliveries wait only where giving them up was broken off.
    if (request.status === 'active' && !mustBeNew) await giveUp();
    const secret = newSigningSecret(random);
    const saved = await store.write('saveWebhook', { ...place, request, secret, mustBeNew });
    if (request.status === 'inactive' && !saved.created) await giveUp();
    return saved;
  };
  return {
    faultOfUrl,

    /** Creates a webhook, under a generated id where none is given. Fails with `conflict` for an id that is taken, `invalid`. */
    async create(principal: Principal, webhookId: string | null, request: WebhookRequest): Promise<Webhook> {
      const id = webhookId ?? `whk_${ulid(now(), random(16))}`;
      return (await save(principal, id, request, true)).webhook;
    },

    /** Writes a whole webhook, creating an unknown one. Fails with `invalid`. */
    async put(principal: Principal, webhookId: string, request: WebhookRequest): Promise<SavedWebhook> {
      return await save(principal, webhookId, request, false);
    },

    /** Fails with `not-found`. */
    async get(principal: Principal, webhookId: string): Promise<Webhook> {
      const webhook = await store.read.webhook(principal.organization.id, webhookId);
      if (webhook === null) throw new Failure('not-found', 'No such webhook.');
      return webhook;
    },

    list(principal: Principal, page: Page): Promise<Collection<Webhook>> {
      return store.read.webhooks(principal.organization.id, page);
    },

    /** Gives the webhook a new secret; the previous one also signs for a day. Fails with `not-found`. */
    rotateSecret(principal: Principal, webhookId: string): Promise<Webhook> {
      const place = placeOf(principal, webhookId, now());
      return store.write('rotateWebhookSecret', { ...place, secret: newSigningSecret(random) });
    },

    /** Removes a webhook with all its deliveries. Fails with `not-found`. */
    async remove(principal: Principal, webhookId: string): Promise<void> {
      const place = placeOf(principal, webhookId, now());
      await inParts((limit) => store.write('removeDeliveries', { ...place, limit }));
      await store.write('deleteWebhook', place);
    },
  };
}

function placeOf({ organization, actor }: Principal, webhookId: string, now: number) {
  return { organizationId: organization.id, webhookId, actor, now };
}

/** 32 random bytes in the form of Standard Webhooks. */
function newSigningSecret(random: OperationContext['random']): string {
  return `whsec_${Buffer.from(random(32)).toString('base64')}`;
}
