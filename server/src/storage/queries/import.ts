import type { Kysely } from 'kysely';
import { importColumns } from '../columns.ts';
import { parameter, parametersNamed } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function importReads(query: Kysely<Schema>) {
  const ofOrganization = query
    .selectFrom('imports')
    .where('organization_id', '=', parameter<number>('organizationId'));
  const touches = query
    .selectFrom('touches')
    .where('organization_id', '=', parameter<number>('organizationId'))
    .where('import_key', '=', parameter<number>('importKey'));
  return {
    find: ofOrganization.selectAll().where('import_id', '=', parameter<string>('importId')),
    list: ofOrganization
      .selectAll()
      .orderBy('import_key', 'desc')
      .limit(parameter<number>('limit'))
      .offset(parameter<number>('offset')),
    count: ofOrganization.select(({ fn }) => fn.countAll<number>().as('total')),
    toUndo: ofOrganization.selectAll().where('status', '=', 'undoing').orderBy('import_key'),
    touches: touches
      .select(['customer_id', 'touch_key'])
      .orderBy('touch_key')
      .limit(parameter<number>('limit')),
    touchCount: touches.select(({ fn }) => fn.countAll<number>().as('total')),
  };
}

export function importWrites(query: Kysely<Schema>) {
  const row = parametersNamed(importColumns);
  return {
    add: query.insertInto('imports').values(row),
    update: query
      .updateTable('imports')
      .set({
        status: row.status,
        undone_by: row.undone_by,
        undoing_announces: row.undoing_announces,
        updated_time: row.updated_time,
      })
      .where('organization_id', '=', row.organization_id)
      .where('import_key', '=', row.import_key),
  };
}
