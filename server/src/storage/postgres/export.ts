import { sql } from 'kysely';
import type { ExportKind } from '../../domain/export.ts';
import { type ExportCell, type ExportRow, exportPageOf, namedKeys, pageParameters } from '../export.ts';
import { parameter } from '../parameter.ts';
import type { ExportPage, ExportPlace } from '../ports/export.ts';
import { exportReads } from '../queries/export.ts';
import { channelMembers } from '../queries/touch.ts';
import type { Connections } from './connections.ts';
import { query } from './query.ts';
import type { Session } from './session.ts';
import { passingStatement, type Statement } from './statement.ts';
import { ofOrganizations } from './wall.ts';

const { touches, customers, conversions, credits, spend } = exportReads(query);
/** Not prepared: a plan made for a small table must not be kept for a large one. */
const pages: Readonly<Record<ExportKind, Statement<ExportRow>>> = {
  touches: passingStatement(touches.compile()),
  customers: passingStatement(customers.compile()),
  conversions: passingStatement(conversions.compile()),
  credits: passingStatement(credits.compile()),
  spend: passingStatement(spend.compile()),
};
const organizationId = parameter<number>('organizationId');
const anyKey = sql<number>`any(${parameter('keys')}::bigint[])`;
const tuples = passingStatement(
  query
    .selectFrom('lead_source_tuples')
    .select(['tuple_id', ...channelMembers])
    .where('organization_id', '=', organizationId)
    .where('tuple_id', '=', anyKey)
    .compile(),
);
const actors = passingStatement(
  query
    .selectFrom('actors')
    .select(['actor_id', 'actor'])
    .where('organization_id', '=', organizationId)
    .where('actor_id', '=', anyKey)
    .compile(),
);

/** A page of a whole table, on one snapshot. */
export function readExportPage<Kind extends ExportKind>(
  connections: Connections,
  organization: number,
  kind: Kind,
  after: ExportPlace | null,
  limit: number,
): Promise<ExportPage<Kind>> {
  return connections.snapshot(ofOrganizations(organization), async (session) => {
    const rows = await rowsOf(session, kind, pageParameters(kind, organization, after, limit));
    const cells = { rowCount: rows.length, cellsOf: (column: string) => cellsIn(rows, column) };
    const { tupleKeys, actorKeys } = namedKeys(kind, cells);
    const place = { organizationId: organization };
    const [tupleRows, actorRows] = await Promise.all([
      session.all(tuples, { ...place, keys: tupleKeys }),
      session.all(actors, { ...place, keys: actorKeys }),
    ]);
    return exportPageOf(kind, cells, limit, {
      tuples: new Map(tupleRows.map(({ tuple_id: key, ...tuple }) => [key, tuple])),
      actors: new Map(actorRows.map((row) => [row.actor_id, row.actor])),
    });
  });
}

/** Most conversions have at least so many. */
const creditsOfConversion = 4;

/** PostgreSQL puts together all that the conversions of a page have before it cuts the page off: few enough may have as much. */
async function rowsOf(
  session: Session,
  kind: ExportKind,
  parameters: ReturnType<typeof pageParameters>,
): Promise<readonly ExportRow[]> {
  const { limit } = parameters;
  if (kind === 'credits') {
    const conversions = 1 + Math.ceil(limit / creditsOfConversion);
    const rows = await session.all(pages.credits, { ...parameters, conversions });
    if (rows.length === limit) return rows;
  }
  return session.all(pages[kind], parameters);
}

function cellsIn(rows: readonly ExportRow[], column: string): readonly ExportCell[] {
  return rows.map((row) => row[column] ?? null);
}
