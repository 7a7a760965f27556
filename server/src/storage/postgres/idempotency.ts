import { sql } from 'kysely';
import type { KeptAnswer, Once } from '../../domain/idempotency.ts';
import type { Instant } from '../../domain/time.ts';
import { answerColumns } from '../columns.ts';
import { parameter } from '../parameter.ts';
import { answerRowOf, keptAnswerOf, keptOutputOf } from '../rows/idempotency.ts';
import type { Reads, WriteKind, WriteOutput } from '../store.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import { columnsOf } from './given-rows.ts';
import type { Names } from './names.ts';
import { organizationsWith, withRowsIn } from './organizations-with.ts';
import { query, statementOf, statementsOf } from './query.ts';
import { rowStatements } from './row-statements.ts';
import type { Session } from './session.ts';
import { ofOrganizations } from './wall.ts';

const keys = sql`${parameter<readonly string[]>('keys')}::text[]`;

const statements = statementsOf({
  find: query
    .selectFrom('idempotency_records')
    .selectAll()
    .where('organization_id', '=', parameter<number>('organizationId'))
    .where('idempotency_key', '=', sql<string>`any(${keys})`),
});
const withOldAnswers = withRowsIn('idempotency_records', sql`created_time <= ${parameter('before')}`);

/** Empties the answers to writes on some customers; their keys stay. */
export const emptyAnswers = statementOf(sql`
    update idempotency_records set answer = null
    where organization_id = ${parameter('organizationId')}::bigint
    and customer_id = any(${parameter('customerIds')}::text[])`);

/** The answers to requests with these keys, on any route. Sends no query if there are no keys. */
export async function findAnswers(
  session: Session,
  organizationId: number,
  wanted: readonly string[],
): Promise<readonly KeptAnswer[]> {
  if (wanted.length === 0) return [];
  const rows = await session.all(statements.find, { organizationId, keys: wanted });
  return rows.map(keptAnswerOf);
}

export function createAnswerReads(
  connections: Connections,
  listing: Connections,
  names: Names,
): Pick<Reads, 'outputOnce' | 'answerOrganizations'> {
  return {
    answerOrganizations: answering((before) => organizationsWith(listing, [withOldAnswers], { before })),
    outputOnce: answering(
      async <Kind extends WriteKind>(publicId: string, _kind: Kind, once: Once, now: Instant) => {
        const organizationId = await names.organization(publicId);
        const asked = { organizationId, keys: [once.key] };
        const rows = await connections.read(ofOrganizations(organizationId), statements.find, asked);
        const row = rows.find(({ route }) => route === once.route);
        return keptOutputOf<WriteOutput<Kind>>(row, once, now);
      },
    ),
  };
}

/** Stores the new answers, replacing those with the same keys and routes. */
export function keepGiven(session: Session, organizationId: number, { given }: Answers): void {
  if (given.length === 0) return;
  const rows = given.map((kept) => answerRowOf(organizationId, kept));
  session.send(rowStatements.keepAnswers, columnsOf(organizationId, answerColumns, rows));
}

/** The answers that a batch finds, gives and empties, in memory. */
export class Answers {
  readonly #byName: Map<string, KeptAnswer>;
  readonly #new = new Set<string>();
  readonly #emptied = new Set<string>();

  constructor(stored: readonly KeptAnswer[]) {
    this.#byName = new Map(stored.map((kept) => [nameOf(kept), kept]));
  }

  find(once: Pick<KeptAnswer, 'route' | 'key'>): KeptAnswer | null {
    return this.#byName.get(nameOf(once)) ?? null;
  }

  keep(kept: KeptAnswer): void {
    this.#byName.set(nameOf(kept), kept);
    this.#new.add(nameOf(kept));
  }

  /** Empties the answers to writes on a customer, who owns what belonged to `formerIds` before the batch. */
  empty(customerId: string, formerIds: readonly string[]): void {
    for (const [name, kept] of this.#byName) {
      if (kept.customerId === customerId) this.#byName.set(name, { ...kept, answer: null });
    }
    for (const formerId of formerIds) this.#emptied.add(formerId);
  }

  moveInto(customerId: string, targetCustomerId: string): void {
    for (const [name, kept] of this.#byName) {
      if (kept.customerId === customerId) this.#byName.set(name, { ...kept, customerId: targetCustomerId });
    }
  }

  /** The new answers, to replace those with the same keys and routes. */
  get given(): readonly KeptAnswer[] {
    return Array.from(this.#new, (name) => this.#byName.get(name)).filter((kept) => kept !== undefined);
  }

  /** Customers, by their ids before the batch, whose stored answers must be emptied. */
  get emptied(): readonly string[] {
    return [...this.#emptied];
  }
}

function nameOf({ route, key }: Pick<KeptAnswer, 'route' | 'key'>): string {
  return `${route} ${key}`;
}
