import type { Kysely } from 'kysely';
import { webhookColumns } from '../columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function webhookReads(query: Kysely<Schema>) {
  const ofOrganization = query
    .selectFrom('webhooks')
    .where('organization_id', '=', parameter<number>('organizationId'));
  return {
    find: ofOrganization.selectAll().where('webhook_id', '=', parameter<string>('webhookId')),
    list: ofOrganization
      .selectAll()
      .orderBy('created_time', 'desc')
      .orderBy('webhook_id', 'desc')
      .limit(parameter<number>('limit'))
      .offset(parameter<number>('offset')),
    count: ofOrganization.select(({ fn }) => fn.countAll<number>().as('total')),
    active: ofOrganization.selectAll().where('status', '=', 'active').orderBy('webhook_id'),
    /** Those that are inactive and for which deliveries wait. */
    inactiveAwaited: query
      .selectFrom('webhooks')
      .select('webhook_id')
      .where('webhooks.organization_id', '=', parameter<number>('organizationId'))
      .where('status', '=', 'inactive')
      .where(({ exists, selectFrom }) =>
        exists(
          selectFrom('webhook_deliveries')
            .select('delivery_id')
            .whereRef('webhook_deliveries.organization_id', '=', 'webhooks.organization_id')
            .whereRef('webhook_deliveries.webhook_id', '=', 'webhooks.webhook_id')
            .where('next_time', 'is not', null),
        ),
      )
      .orderBy('webhook_id'),
    /** Returns no row if no webhook is active. */
    listener: ofOrganization.select('webhook_id').where('status', '=', 'active').limit(1),
  };
}

/** `update` and `remove` change no row if there is no such webhook. */
export function webhookWrites(query: Kysely<Schema>) {
  const row = parametersNamed(webhookColumns);
  const { organization_id, webhook_id, created_time: _time, ...changing } = row;
  return {
    add: query.insertInto('webhooks').values(row),
    update: query
      .updateTable('webhooks')
      .set(changing)
      .where('organization_id', '=', organization_id)
      .where('webhook_id', '=', webhook_id),
    remove: query
      .deleteFrom('webhooks')
      .where('organization_id', '=', parameter<number>('organizationId'))
      .where('webhook_id', '=', parameter<string>('webhookId')),
  };
}
