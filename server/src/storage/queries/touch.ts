import type { JoinBuilder, Kysely } from 'kysely';
import type { ImportStatus } from '../../domain/import.ts';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

/** The members of a tuple, under the domain's names. */
export const tupleMembers = [
  'medium',
  'source',
  'campaign',
  'term',
  'content',
  'affiliate',
  'sub_affiliate as subAffiliate',
  'sales_agent as salesAgent',
] as const;

/** The same, plus the other members that decide the channel of a touch. */
export const channelMembers = [
  ...tupleMembers,
  'referrer_host as referrerHost',
  'click_id_kind as clickIdKind',
] as const;

export function touchReads(query: Kysely<Schema>) {
  const ofCustomer = query
    .selectFrom('touches')
    .where('touches.organization_id', '=', parameter<number>('organizationId'))
    .where('touches.customer_id', '=', parameter<string>('customerId'));
  return {
    find: ofCustomer.selectAll().where('touch_key', '=', parameter<number>('touchKey')),
    list: ofCustomer
      .selectAll()
      .orderBy('occurred_time')
      .orderBy('touch_key')
      .limit(parameter<number>('limit'))
      .offset(parameter<number>('offset')),
    count: ofCustomer.select(({ fn }) => fn.countAll<number>().as('total')),
  };
}

/** Joins touches to the part of their lead sources that repeats. */
export function ofItsTuple(join: JoinBuilder<Schema, 'touches' | 'lead_source_tuples'>) {
  return join
    .onRef('lead_source_tuples.organization_id', '=', 'touches.organization_id')
    .onRef('lead_source_tuples.tuple_id', '=', 'touches.tuple_id');
}

/** Joins touches to who recorded them. */
export function ofItsActor(join: JoinBuilder<Schema, 'touches' | 'actors'>) {
  return join
    .onRef('actors.organization_id', '=', 'touches.organization_id')
    .onRef('actors.actor_id', '=', 'touches.actor_id');
}

/** Joins touches to the imports that added them. */
export function ofItsImport(join: JoinBuilder<Schema, 'touches' | 'imports'>) {
  return join
    .onRef('imports.organization_id', '=', 'touches.organization_id')
    .onRef('imports.import_key', '=', 'touches.import_key');
}

/** Whether a touch so joined is about to be removed. */
export function isBeingUndone({ import_status: status }: { readonly import_status: string | null }): boolean {
  return status === ('undoing' satisfies ImportStatus);
}
