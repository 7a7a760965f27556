import { type CompiledQuery, sql } from 'kysely';
import type { DomainEvent } from '../../domain/event.ts';
import { eventColumns } from '../columns.ts';
import { parameter } from '../parameter.ts';
import { webhookReads } from '../queries/webhook.ts';
import { eventRowOf } from '../rows/event.ts';
import { query, statementsOf } from './query.ts';
import { columnsOf, given, namesOf, withoutOrganization } from './rows.ts';
import type { Session } from './session.ts';
import { statement } from './statement.ts';

const { listener } = statementsOf({ listener: webhookReads(query).listener });
const columns = withoutOrganization(eventColumns).filter((column) => column !== 'event_key');
const organizationId = sql`${parameter('organizationId')}::bigint`;
const count = sql`${parameter('count')}::bigint`;

/** The keys are reserved by the same statement: most batches leave no event, and need not reserve any. */
const add = statement(
  sql`
    with reserved as (
      insert into key_ranges (organization_id, noun, next_key) values (${organizationId}, 'event', 1 + ${count})
      on conflict (organization_id, noun) do update set next_key = key_ranges.next_key + excluded.next_key - 1
      returning next_key
    )
    insert into events (organization_id, event_key, ${namesOf(columns)})
    select ${organizationId}, reserved.next_key - ${count} + given.event_key, ${namesOf(columns)}
    from reserved cross join ${given(['event_key', ...columns])} order by given.event_key`.compile(
    query,
  ) as CompiledQuery<unknown>,
);

/**
 * Whether anybody is to be told of what happens to the organization's customers. To be asked in their turn, in which no
 * webhook becomes active: who is told of one sees every change whose turn comes after.
 */
export async function isHeard(session: Session, organization: number): Promise<boolean> {
  return (await session.get(listener, { organizationId: organization })) !== undefined;
}

/** Keeps events in the transaction of the change they tell of, in the turn of the organization's customers. */
export function keepEvents(session: Session, organization: number, events: readonly DomainEvent[]): void {
  if (events.length === 0) return;
  const rows = events.map((event, place) => eventRowOf(organization, place, event));
  session.send(add, { ...columnsOf(organization, eventColumns, rows), count: rows.length });
}
