import { type CompiledQuery, sql } from 'kysely';
import type { Instant } from '../../domain/time.ts';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import type { Reached, TransferSource, TransferTarget } from '../transfer-sides.ts';
import { transferTables } from '../transfer-tables.ts';
import type { Connections } from './connections.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { passingStatement, type Statement } from './statement.ts';
import { ofNoOrganization, type Reach } from './wall.ts';

/** How far a transfer is, in a table that exists only in a database filled by one. */
export interface TransferState extends Omit<TransferTarget, 'keep' | 'reading'> {
  /** Records, in a batch's transaction, how far it reaches. Fails if another transfer has advanced meanwhile. */
  advance(session: Session, rowsBefore: number, reached: Reached): Promise<void>;
}

const createTable = `CREATE TABLE leadsource_transfer (
  source text PRIMARY KEY,
  moved_rows bigint NOT NULL,
  place text,
  finished_time bigint
)`;

interface StateRow {
  readonly source: string;
  readonly moved_rows: number;
  /** JSON. */
  readonly place: string | null;
  readonly finished_time: number | null;
}

const allTables = transferTables.map(({ name }) => name);
const doors = transferTables.filter(({ opens }) => opens).map(({ name }) => name);

const source = parameter('source');
const statements = {
  exists: passing(sql<{ exists: boolean }>`select to_regclass('leadsource_transfer') is not null as exists`),
  state: passing(
    sql<StateRow>`select source, moved_rows, place, finished_time from leadsource_transfer for update`,
  ),
  begin: passing(sql`insert into leadsource_transfer (source, moved_rows) values (${source}, 0)`),
  advance: passing(sql`
    update leadsource_transfer set moved_rows = ${parameter('movedRows')}::bigint, place = ${parameter('place')}
    where moved_rows = ${parameter('rowsBefore')}::bigint and finished_time is null`),
  finish: passing(
    sql`update leadsource_transfer set finished_time = ${parameter('now')}::bigint, place = null`,
  ),
  organizationIds: passing(
    sql<{ organization_id: number }>`select organization_id from organizations order by organization_id`,
  ),
  /** Otherwise the planner would take the tables to be empty. */
  analyze: passing(sql`analyze ${sql.join(allTables.map((name) => sql.table(name)))}`),
  /** Organizations created later get numbers that none has had. */
  passNumbers: passing(sql`
    select setval(pg_get_serial_sequence('organizations', 'organization_id'), max(organization_id))
    from organizations having max(organization_id) is not null`),
};

export function transferState(connections: Connections): TransferState {
  const organizationIds = async (session: Session) =>
    (await session.all(statements.organizationIds, {})).map((row) => row.organization_id);
  return {
    begin: (from) => connections.transaction(reachOf(from), (session) => begin(session, from)),
    async advance(session, rowsBefore, { movedRows, place }) {
      const noted = { movedRows, place: JSON.stringify(place), rowsBefore };
      if ((await session.run(statements.advance, noted)) !== 1)
        throw new Error('Another transfer goes there now.');
    },
    settle: () =>
      connections.transaction(ofNoOrganization, async (session) => {
        await session.run(statements.analyze, {});
      }),
    organizationIds: () => connections.snapshot(ofNoOrganization, organizationIds),
    finish: (now: Instant) =>
      connections.transaction(ofNoOrganization, async (session) => {
        session.send(statements.passNumbers, {});
        session.send(statements.finish, { now });
      }),
  };
}

function reachOf({ organizations }: TransferSource): Reach {
  return { organizations: organizations.map(({ organizationId }) => organizationId), signingKeys: true };
}

async function begin(session: Session, { identity }: TransferSource): Promise<Reached> {
  if (!(await session.get(statements.exists, {}))?.exists) {
    await requireEmpty(session, [...doors, ...allTables]);
    session.sendCommand(createTable);
    session.send(statements.begin, { source: identity });
    return { movedRows: 0, place: null, finishedTime: null };
  }
  const state = await session.get(statements.state, {});
  if (state?.source !== identity) {
    throw new Error(
      'The PostgreSQL database holds what was moved from another database: move into an empty one.',
    );
  }
  const place: Reached['place'] = state.place === null ? null : JSON.parse(state.place);
  if (state.finished_time === null) await requireClosed(session, place);
  return { movedRows: state.moved_rows, place, finishedTime: state.finished_time };
}

/** Tables that let callers in are empty until the transfer fills them, unless a service was started meanwhile. */
async function requireClosed(session: Session, place: Reached['place']): Promise<void> {
  const isOpening = doors.some((name) => name === place?.table);
  if (!isOpening) await requireEmpty(session, doors);
}

async function requireEmpty(session: Session, tables: readonly (keyof Schema)[]): Promise<void> {
  for (const table of tables) {
    const asked = passing(sql<{ found: boolean }>`select exists (select from ${sql.table(table)}) as found`);
    if (!(await session.get(asked, {}))?.found) continue;
    throw new Error(
      `The PostgreSQL database has rows of ${table} that were not moved there: move into an empty one.`,
    );
  }
}

function passing<Row>(text: { compile(builder: typeof query): CompiledQuery<Row> }): Statement<Row> {
  return passingStatement(text.compile(query));
}
