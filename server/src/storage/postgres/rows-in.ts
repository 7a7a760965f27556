import { type RawBuilder, sql } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Batch, ReadRows, Slice, TransferTarget } from '../transfer-sides.ts';
import { type Cell, type TransferRow, type TransferTable, transferTables } from '../transfer-tables.ts';
import type { Connections } from './connections.ts';
import { translateError } from './errors.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { passingStatement, type Statement } from './statement.ts';
import { arraysOf, isOfOne, tableInsertion } from './table-insertion.ts';
import { transferState } from './transfer-state.ts';
import type { Reach } from './wall.ts';

interface TableStatements {
  readonly add: Statement<unknown>;
  readonly first: Statement<TransferRow>;
  readonly next: Statement<TransferRow>;
}

const organizationId = sql`${parameter('organizationId')}::bigint`;

const statements: ReadonlyMap<string, TableStatements> = new Map(
  transferTables.map((table) => [table.name, statementsOf(table)]),
);

/** Adds rows moved from another engine to this engine's tables, which must exist. */
export function rowsIn(connections: Connections): TransferTarget {
  const state = transferState(connections);
  return {
    ...state,
    async keep({ slices, reached, rowsBefore }: Batch) {
      const organizations = new Set(slices.map(({ stretch }) => stretch.organizationId));
      await connections.transaction(reachOf([...organizations]), async (session) => {
        await Promise.all([
          state.advance(session, rowsBefore, reached),
          ...slices.map((slice) => add(session, slice)),
        ]);
      });
    },
    reading: (organizationId, work) =>
      connections.snapshot(reachOf([organizationId]), (session) => work(readerOf(session))),
  };
}

function reachOf(organizations: readonly (number | null)[]): Reach {
  return { organizations: organizations.filter((organization) => organization !== null), signingKeys: true };
}

async function add(session: Session, { stretch: { table, organizationId }, rows }: Slice): Promise<void> {
  try {
    await session.run(statementsFor(table).add, { ...arraysOf(table, rows), organizationId });
  } catch (error) {
    if (translateError(error) !== error) throw error;
    const whose = organizationId === null ? '' : ` of organization ${organizationId}`;
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Rows of ${table.name}${whose} cannot be kept: ${reason}.`, { cause: error });
  }
}

function readerOf(session: Session): ReadRows<Promise<readonly TransferRow[]>> {
  return ({ table, organizationId }, after, limit) => {
    const { first, next } = statementsFor(table);
    if (after === null) return session.all(first, { organizationId, limit });
    const keys = after.map((cell: Cell, place) => [`after${place}`, cell] as const);
    return session.all(next, { ...Object.fromEntries(keys), organizationId, limit });
  };
}

function statementsFor(table: TransferTable): TableStatements {
  const found = statements.get(table.name);
  if (found === undefined) throw new Error(`No rows of ${table.name} are moved.`);
  return found;
}

/** Not prepared: each moves many rows at a time, once in the life of a database. */
function statementsOf(table: TransferTable): TableStatements {
  const names = sql.join(Object.keys(table.columns).map((column) => sql.ref(column)));
  const key = sql.join(table.key.map((column) => sql.ref(column)));
  const after = table.key.map(
    (column, place) => sql`${parameter(`after${place}`)}::${sql.raw(table.columns[column] ?? 'bigint')}`,
  );
  const page = (condition: RawBuilder<unknown>) =>
    passingStatement(
      sql<TransferRow>`
        select ${names} from ${sql.table(table.name)} where ${ofOne(table)} and ${condition}
        order by ${key} limit ${parameter('limit')}::bigint`.compile(query),
    );
  return {
    add: tableInsertion(table),
    first: page(sql`true`),
    next: page(sql`(${key}) > (${sql.join(after)})`),
  };
}

function ofOne(table: TransferTable): RawBuilder<unknown> {
  return isOfOne(table) ? sql`organization_id = ${organizationId}` : sql`true`;
}
