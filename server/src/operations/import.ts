import type { Collection, Page } from '../domain/collection.ts';
import { Failure } from '../domain/failure.ts';
import { ulid } from '../domain/identifier.ts';
import type { Import, ImportKind } from '../domain/import.ts';
import type { Principal } from '../domain/principal.ts';
import { isRecent } from '../domain/time.ts';
import type { OwnedTouchKey } from '../storage/store.ts';
import type { OperationContext } from './context.ts';
import { Rounds } from './recurring.ts';

/** Few enough that others can write in between, enough that they share commits. */
const touchesAtOnce = 500;
/** How often to look, in every organization, for imports that another process left half undone. */
const everyoneAgainMilliseconds = 45_000;

/** An import, and how many of its touches are left. */
export interface CountedImport extends Import {
  readonly touches: number;
}

export type ImportOperations = ReturnType<typeof createImportOperations>;

export function createImportOperations(context: OperationContext, onUndoing: () => void) {
  const { store, now, random } = context;
  const undoing = createUndoing(context);
  return {
    newId: (): string => `imp_${ulid(now(), random(16))}`,

    /** Begins an import, or continues it. Fails with `conflict`. */
    begin({ organization, actor }: Principal, kind: ImportKind, importId: string): Promise<Import> {
      return store.write('beginImport', {
        organizationId: organization.id,
        importId,
        kind,
        actor,
        now: now(),
      });
    },

    list({ organization }: Principal, page: Page): Promise<Collection<Import>> {
      return store.read.imports(organization.id, page);
    },

    /** Fails with `not-found`. */
    async get({ organization }: Principal, importId: string): Promise<CountedImport> {
      const found = await store.read.import(organization.id, importId);
      if (found === null) throw new Failure('not-found', 'No such import.');
      return { ...found, touches: await store.read.importedTouchCount(organization.id, found.key) };
    },

    /**
     * Closes an import to further touches, and begins to remove what it added; returns the import as it then is. Fails with
     * `not-found`.
     */
    async undo({ organization, actor }: Principal, importId: string, announces: boolean): Promise<Import> {
      const place = { organizationId: organization.id, importId };
      const begun = await store.write('beginUndoing', { ...place, announces, actor, now: now() });
      if (begun.status === 'undoing') {
        undoing.note(organization.id);
        onUndoing();
      }
      return begun;
    },

    /** Continues every undoing, including those left by a process that ended. */
    goOn: (ending: AbortSignal): Promise<void> => undoing.goOn(ending),
  };
}

/** Undoes imports step by step. What one process began another can finish, since what is left says what remains to be done. */
function createUndoing({ store, now }: OperationContext) {
  const noted = new Set<string>();
  const rounds = new Rounds();
  let everyoneLast = Number.NEGATIVE_INFINITY;
  const removeSome = async (organizationId: string, each: Import, touches: readonly OwnedTouchKey[]) => {
    const { actor, announces } = each.undoing ?? { actor: each.actor, announces: false };
    const common = { organizationId, cause: 'undo', announces, actor, now: now() } as const;
    const ofCustomers = Map.groupBy(touches, ({ customerId }) => customerId);
    const removals = Array.from(ofCustomers, ([customerId, owned]) =>
      store.write('removeTouches', {
        ...common,
        customerId,
        touchKeys: owned.map(({ touchKey }) => touchKey),
      }),
    );
    await Promise.all(removals);
  };
  const undo = async (organizationId: string, each: Import, ending: AbortSignal): Promise<void> => {
    while (!ending.aborted) {
      const touches = await store.read.importedTouches(organizationId, each.key, touchesAtOnce);
      if (touches.length === 0) {
        await store.write('endUndoing', { organizationId, importId: each.id, now: now() });
        return;
      }
      await removeSome(organizationId, each, touches);
    }
  };
  const undoAllOf = async (organizationId: string, ending: AbortSignal): Promise<void> => {
    // An import noted from here on may not be in the list that is read next.
    noted.delete(organizationId);
    try {
      for (const each of await store.read.importsToUndo(organizationId)) {
        await undo(organizationId, each, ending);
      }
    } catch (error) {
      noted.add(organizationId);
      throw error;
    }
  };
  return {
    note: (organizationId: string) => void noted.add(organizationId),
    async goOn(ending: AbortSignal): Promise<void> {
      if (!isRecent(everyoneLast, now(), everyoneAgainMilliseconds)) {
        for (const id of await store.read.undoingOrganizations()) noted.add(id);
        everyoneLast = now();
      }
      await rounds.go([...noted], (organizationId) => undoAllOf(organizationId, ending), ending);
    },
  };
}
