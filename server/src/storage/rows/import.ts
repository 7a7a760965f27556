import type { Import, ImportKind, ImportStatus } from '../../domain/import.ts';
import type { ImportRow } from '../schema.ts';

export function importOf(row: ImportRow): Import {
  const { undone_by: actor } = row;
  return {
    key: row.import_key,
    id: row.import_id,
    kind: row.kind as ImportKind,
    status: row.status as ImportStatus,
    addedTouches: row.added_touches,
    actor: row.actor,
    undoing: actor === null ? null : { actor, announces: row.undoing_announces === 1 },
    createdTime: row.created_time,
    updatedTime: row.updated_time,
  };
}

export function importRowOf(organizationId: number, kept: Import): ImportRow {
  return {
    organization_id: organizationId,
    import_key: kept.key,
    import_id: kept.id,
    kind: kept.kind,
    status: kept.status,
    added_touches: kept.addedTouches,
    actor: kept.actor,
    undone_by: kept.undoing?.actor ?? null,
    undoing_announces: kept.undoing?.announces === true ? 1 : 0,
    created_time: kept.createdTime,
    updated_time: kept.updatedTime,
  };
}
