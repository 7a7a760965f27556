import type { Kysely } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function settingChangeReads(query: Kysely<Schema>) {
  const ofOrganization = query
    .selectFrom('setting_changes')
    .where('organization_id', '=', parameter<number>('organizationId'));
  return {
    list: ofOrganization
      .selectAll()
      .orderBy('occurred_time', 'desc')
      .orderBy('change_key', 'desc')
      .limit(parameter<number>('limit'))
      .offset(parameter<number>('offset')),
    count: ofOrganization.select(({ fn }) => fn.countAll<number>().as('total')),
  };
}

export function settingChangeWrites(query: Kysely<Schema>) {
  return {
    add: query.insertInto('setting_changes').values({
      organization_id: parameter('organizationId'),
      change_key: parameter('changeKey'),
      action: parameter('action'),
      subject: parameter('subject'),
      actor: parameter('actor'),
      occurred_time: parameter('occurredTime'),
    }),
  };
}
