import type { Kysely } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function settingVersionReads(query: Kysely<Schema>) {
  const ofSetting = query
    .selectFrom('setting_versions')
    .selectAll()
    .where('organization_id', '=', parameter<number>('organizationId'))
    .where('setting', '=', parameter<string>('setting'));
  return {
    newest: ofSetting.orderBy('version', 'desc').limit(1),
    find: ofSetting.where('version', '=', parameter<number>('version')),
    all: ofSetting.orderBy('version'),
  };
}

export function settingVersionWrites(query: Kysely<Schema>) {
  return {
    add: query.insertInto('setting_versions').values({
      organization_id: parameter('organizationId'),
      setting: parameter('setting'),
      version: parameter('version'),
      content: parameter('content'),
      actor: parameter('actor'),
      created_time: parameter('createdTime'),
    }),
  };
}
