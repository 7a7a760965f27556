import { sql } from 'kysely';
import { Failure } from '../../domain/failure.ts';
import {
  beginUndoing,
  endUndoing,
  type Import,
  type ImportKey,
  newImport,
  requireContinuable,
} from '../../domain/import.ts';
import { parameter } from '../parameter.ts';
import type { ImportReads } from '../ports/import.ts';
import { importWrites as importQueries, importReads } from '../queries/import.ts';
import { importOf, importRowOf } from '../rows/import.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import { enterOrganization, type Names } from './names.ts';
import { organizationsWith, withRowsIn } from './organizations-with.ts';
import { query, statementOf, statementsOf } from './query.ts';
import type { Session } from './session.ts';
import type { SettingWrites } from './setting-write-kinds.ts';
import { takeTurn } from './turn.ts';
import { ofOrganizations } from './wall.ts';

const reads = statementsOf(importReads(query));
const writes = statementsOf(importQueries(query));
/** To look at `undone_by` costs nothing, so the planner has it pass over nearly all before the wall compares each. */
const undoing = withRowsIn('imports', sql`undone_by is not null and status = 'undoing'`);
const { named } = statementsOf({
  named: query
    .selectFrom('imports')
    .selectAll()
    .where('organization_id', '=', parameter<number>('organizationId'))
    .where('import_key', '=', sql<number>`any(${parameter('importKeys')}::bigint[])`),
});

/** Increases the number of touches that some imports have added. */
export const countTouches = statementOf(sql`
    update imports set added_touches = imports.added_touches + given.count
    from unnest(${parameter('importKeys')}::bigint[], ${parameter('counts')}::bigint[]) as given (import_key, count)
    where imports.organization_id = ${parameter('organizationId')}::bigint
    and imports.import_key = given.import_key`);

/** The imports with these keys. Sends no query if there are none. */
export async function findImports(
  session: Session,
  organizationId: number,
  keys: readonly ImportKey[],
): Promise<readonly Import[]> {
  const importKeys = [...new Set(keys)];
  if (importKeys.length === 0) return [];
  return (await session.all(named, { organizationId, importKeys })).map(importOf);
}

export function createImportReads(connections: Connections, listing: Connections, names: Names): ImportReads {
  const placeOf = async (publicId: string) => {
    const organizationId = await names.organization(publicId);
    return { organizationId, reach: ofOrganizations(organizationId) };
  };
  return {
    import: answering(async (publicId, importId) => {
      const { organizationId, reach } = await placeOf(publicId);
      const [row] = await connections.read(reach, reads.find, { organizationId, importId });
      return row === undefined ? null : importOf(row);
    }),
    imports: answering(async (publicId, { limit, offset }) => {
      const { organizationId, reach } = await placeOf(publicId);
      return connections.snapshot(reach, async (session) => {
        const rows = session.all(reads.list, { organizationId, limit, offset });
        const [all, counted] = await Promise.all([rows, session.get(reads.count, { organizationId })]);
        return { items: all.map(importOf), total: counted?.total ?? 0 };
      });
    }),
    undoingOrganizations: answering(() => organizationsWith(listing, [undoing])),
    importsToUndo: answering(async (publicId) => {
      const { organizationId, reach } = await placeOf(publicId);
      return (await connections.read(reach, reads.toUndo, { organizationId })).map(importOf);
    }),
    importedTouches: answering(async (publicId, importKey, limit) => {
      const { organizationId, reach } = await placeOf(publicId);
      const rows = await connections.read(reach, reads.touches, { organizationId, importKey, limit });
      return rows.map((row) => ({ customerId: row.customer_id, touchKey: row.touch_key }));
    }),
    importedTouchCount: answering(async (publicId, importKey) => {
      const { organizationId, reach } = await placeOf(publicId);
      const [row] = await listing.read(reach, reads.touchCount, { organizationId, importKey });
      return row?.total ?? 0;
    }),
  };
}

export const importWrites: Pick<SettingWrites, 'beginImport' | 'beginUndoing' | 'endUndoing'> = {
  async beginImport(session, { organizationId: publicId, importId: id, kind, actor, now }) {
    const organizationId = await enterOrganization(session, publicId);
    const numbers = await takeTurn(session, organizationId, new Map([['import', 1]]));
    const before = await session.get(reads.find, { organizationId, importId: id });
    if (before !== undefined) {
      requireContinuable(importOf(before), kind);
      return importOf(before);
    }
    const begun = newImport({ key: numbers.next('import'), id, kind, actor, now });
    session.send(writes.add, { ...importRowOf(organizationId, begun) });
    return begun;
  },
  beginUndoing: (session, { organizationId, importId, ...by }) =>
    change(session, organizationId, importId, (before) => beginUndoing(before, by)),
  endUndoing: (session, { organizationId, importId, now }) =>
    change(session, organizationId, importId, (before) => endUndoing(before, now)),
};

/** In the turn of those who add touches: whoever comes later sees the change, and whoever came earlier has finished. */
async function change(
  session: Session,
  publicId: string,
  importId: string,
  changed: (before: Import) => Import,
): Promise<Import> {
  const organizationId = await enterOrganization(session, publicId);
  await takeTurn(session, organizationId, new Map([['touch', 0]]));
  const row = await session.get(reads.find, { organizationId, importId });
  if (row === undefined) throw new Failure('not-found', 'No such import.');
  const after = changed(importOf(row));
  session.send(writes.update, { ...importRowOf(organizationId, after) });
  return after;
}
