import type { Collection, Page } from '../../domain/collection.ts';
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
import type { ImportWrites, OwnedTouchKey } from '../ports/import.ts';
import { importReads, importWrites } from '../queries/import.ts';
import { importOf, importRowOf } from '../rows/import.ts';
import { type Connection, type PreparedQueries, query } from './connection.ts';
import type { Interning, Numbering } from './interning.ts';

const reads = () => importReads(query);

/** Reads imports. */
export class ImportReader {
  readonly #statements: PreparedQueries<typeof reads>;

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(reads);
  }

  find(organizationId: number, importId: string): Import | null {
    const row = this.#statements().find.get({ organizationId, importId });
    return row === undefined ? null : importOf(row);
  }

  list(organizationId: number, { limit, offset }: Page): Collection<Import> {
    const items = this.#statements().list.all({ organizationId, limit, offset }).map(importOf);
    return { items, total: this.#statements().count.get({ organizationId })?.total ?? 0 };
  }

  toUndo(organizationId: number): readonly Import[] {
    return this.#statements().toUndo.all({ organizationId }).map(importOf);
  }

  touches(organizationId: number, importKey: ImportKey, limit: number): readonly OwnedTouchKey[] {
    return this.#statements()
      .touches.all({ organizationId, importKey, limit })
      .map((row) => ({ customerId: row.customer_id, touchKey: row.touch_key }));
  }

  touchCount(organizationId: number, importKey: ImportKey): number {
    return this.#statements().touchCount.get({ organizationId, importKey })?.total ?? 0;
  }
}

/** Writes imports, inside a transaction. The number of added touches is stored once, at the end of the transaction. */
export class ImportWriter {
  readonly #statements: PreparedQueries<typeof statements>;
  /** Touches added in this transaction, by organization and import. */
  readonly #added = new Map<number, Map<ImportKey, number>>();

  constructor(connection: Connection) {
    this.#statements = connection.prepareAll(statements);
  }

  find(organizationId: number, importKey: ImportKey): Import | null {
    const row = this.#statements().find.get({ organizationId, importKey });
    return row === undefined ? null : importOf(row);
  }

  add(organizationId: number, added: Import): void {
    this.#statements().add.run({ ...importRowOf(organizationId, added) });
  }

  update(organizationId: number, changed: Import): void {
    this.#statements().update.run({ ...importRowOf(organizationId, changed) });
  }

  countTouch(organizationId: number, importKey: ImportKey): void {
    const counts = this.#added.get(organizationId) ?? new Map<ImportKey, number>();
    this.#added.set(organizationId, counts.set(importKey, (counts.get(importKey) ?? 0) + 1));
  }

  /** Call at the end of a transaction. */
  keepCounts(): void {
    for (const [organizationId, counts] of this.#added) {
      for (const [importKey, count] of counts) {
        this.#statements().countTouches.run({ organizationId, importKey, count });
      }
    }
    this.forget();
  }

  forget(): void {
    this.#added.clear();
  }
}

function statements() {
  const organization_id = parameter<number>('organizationId');
  const import_key = parameter<number>('importKey');
  return {
    ...importWrites(query),
    find: query
      .selectFrom('imports')
      .selectAll()
      .where('organization_id', '=', organization_id)
      .where('import_key', '=', import_key),
    countTouches: query
      .updateTable('imports')
      .set(({ eb }) => ({ added_touches: eb('added_touches', '+', parameter<number>('count')) }))
      .where('organization_id', '=', organization_id)
      .where('import_key', '=', import_key),
  };
}

interface Parts {
  readonly imports: ImportReader;
  readonly interning: Interning;
}

export function importWritesOf(
  { imports, interning }: Parts,
  writer: ImportWriter,
  numbering: Numbering,
): Pick<ImportWrites, 'beginImport' | 'beginUndoing' | 'endUndoing'> {
  const find = (organization: number, importId: string): Import | null => {
    // The answer counts what was added in the same transaction.
    writer.keepCounts();
    return imports.find(organization, importId);
  };
  const existing = (organization: number, importId: string): Import => {
    const found = find(organization, importId);
    if (found === null) throw new Failure('not-found', 'No such import.');
    return found;
  };
  return {
    beginImport({ organizationId, importId: id, kind, actor, now }) {
      const organization = interning.organization(organizationId);
      const before = find(organization, id);
      if (before !== null) {
        requireContinuable(before, kind);
        return before;
      }
      const begun = newImport({ key: numbering.nextKey(organization, 'import'), id, kind, actor, now });
      writer.add(organization, begun);
      return begun;
    },
    beginUndoing({ organizationId, importId, ...by }) {
      const organization = interning.organization(organizationId);
      const after = beginUndoing(existing(organization, importId), by);
      writer.update(organization, after);
      return after;
    },
    endUndoing({ organizationId, importId, now }) {
      const organization = interning.organization(organizationId);
      const after = endUndoing(existing(organization, importId), now);
      writer.update(organization, after);
      return after;
    },
  };
}
