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

/** The keys are the last ones reserved, in the same transaction: most batches leave no event and need not reserve any. */
const add = statementOf(sql`
    insert into events (organization_id, event_key, ${namesOf(columns)})
    select ${organizationId}::bigint, ${reserved} - given.event_key as event_key, ${namesOf(columns)}
    from ${given(['event_key', ...columns])} order by event_key`);

/**
 * Whether a webhook of the organization is active. Ask only in the turn of the organization's customers, during which none
 * becomes active: a new webhook hears of every change whose turn comes later.
 */
export async function isHeard(session: Session, organization: number): Promise<boolean> {
  return (await session.get(listener, { organizationId: organization })) !== undefined;
}

/** Stores events in the transaction of the change they report, in the turn of the organization's customers. */
export function keepEvents(session: Session, organization: number, events: readonly DomainEvent[]): void {
  if (events.length === 0) return;
  reserveNumbers(session, organization, 'event', events.length);
  // Counted back from the first number not reserved.
  const rows = events.map((event, place) => eventRowOf(organization, events.length - place, event));
  session.send(add, columnsOf(organization, eventColumns, rows));
}
