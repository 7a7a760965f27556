import { sql } from 'kysely';
import type { DomainEvent } from '../../domain/event.ts';
import { eventColumns } from '../columns.ts';
import { parameter } from '../parameter.ts';
import { webhookReads } from '../queries/webhook.ts';
import { eventRowOf } from '../rows/event.ts';
import { columnsOf, given, namesOf, withoutOrganization } from './given-rows.ts';
import { query, statementOf, statementsOf } from './query.ts';
import type { Session } from './session.ts';
import { reserveNumbers } from './turn.ts';

const { listener } = statementsOf({ listener: webhookReads(query).listener });
const columns = withoutOrganization(eventColumns).filter((column) => column !== 'event_key');
const organizationId = parameter<number>('organizationId');

const reserved = sql`(
  select next_key from key_ranges where key_ranges.organization_id = ${organizationId} and key_ranges.noun = 'event'
)`;

/** The keys are the last that were reserved, in the same transaction: most batches leave no event, and need not reserve any. */
const add = statementOf(sql`
    insert into events (organization_id, event_key, ${namesOf(columns)})
    select ${organizationId}::bigint, ${reserved} - given.event_key as event_key, ${namesOf(columns)}
    from ${given(['event_key', ...columns])} order by event_key`);

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
  reserveNumbers(session, organization, 'event', events.length);
  // Counted from the first number that is not reserved.
  const rows = events.map((event, place) => eventRowOf(organization, events.length - place, event));
  session.send(add, columnsOf(organization, eventColumns, rows));
}
