import type { Collection, Page } from '../../domain/collection.ts';
import type { Webhook } from '../../domain/webhook.ts';
import { webhookReads, webhookWrites } from '../queries/webhook.ts';
import { webhookOf, webhookRowOf } from '../rows/webhook.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { NamedOrganization } from './interning.ts';

const reads = () => ({
  ...webhookReads(query),
  organizations: query
    .selectFrom('webhooks')
    .innerJoin('organizations', 'organizations.organization_id', 'webhooks.organization_id')
    .select('organizations.public_id')
    .distinct(),
});
const writes = () => webhookWrites(query);

export class WebhookReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  find({ number: organizationId, publicId }: NamedOrganization, webhookId: string): Webhook | null {
    const row = this.#statements().find.get({ organizationId, webhookId });
    return row === undefined ? null : webhookOf(row, publicId);
  }

  /** Newest first. */
  list(organization: NamedOrganization, { limit, offset }: Page): Collection<Webhook> {
    const { number: organizationId, publicId } = organization;
    const rows = this.#statements().list.all({ organizationId, limit, offset });
    return { items: rows.map((row) => webhookOf(row, publicId)), total: this.count(organization) };
  }

  count({ number: organizationId }: NamedOrganization): number {
    return this.#statements().count.get({ organizationId })?.total ?? 0;
  }

  active({ number: organizationId, publicId }: NamedOrganization): readonly Webhook[] {
    return this.#statements()
      .active.all({ organizationId })
      .map((row) => webhookOf(row, publicId));
  }

  /** The ids of those that are inactive and for which deliveries wait. */
  inactiveAwaited(organizationId: number): readonly string[] {
    return this.#statements()
      .inactiveAwaited.all({ organizationId })
      .map((row) => row.webhook_id);
  }

  organizations(): readonly string[] {
    return this.#statements()
      .organizations.all({})
      .map((row) => row.public_id);
  }
}

export class WebhookWriter {
  readonly #statements: PreparedQueries<typeof writes>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(writes);
  }

  add(organizationId: number, webhook: Webhook): void {
    this.#statements().add.run({ ...webhookRowOf(organizationId, webhook) });
  }

  update(organizationId: number, webhook: Webhook): void {
    this.#statements().update.run({ ...webhookRowOf(organizationId, webhook) });
  }

  /** Returns whether there was one. */
  remove(organizationId: number, webhookId: string): boolean {
    return this.#statements().remove.run({ organizationId, webhookId }) > 0;
  }
}
