import { Failure } from './failure.ts';
import { changeTime, type Instant } from './time.ts';

/** What an import can bring; one import brings one kind. */
export const importKinds = ['lead-sources'] as const;
export type ImportKind = (typeof importKinds)[number];

/** More can be added; or it is being undone step by step; or nothing of it is left. */
export const importStatuses = ['open', 'undoing', 'undone'] as const;
export type ImportStatus = (typeof importStatuses)[number];

/** Identifies an import in what it brought; unique within an organization, and greater for later imports. */
export type ImportKey = number;

/** Groups what many lines brought, so that it can be undone together. */
export interface Import {
  readonly key: ImportKey;
  readonly id: string;
  readonly kind: ImportKind;
  readonly status: ImportStatus;
  /** How many touches it ever added. */
  readonly addedTouches: number;
  /** Who began it. */
  readonly actor: string;
  /** Who undoes it, and whether webhooks are told of the changes; null until somebody does. */
  readonly undoing: { readonly actor: string; readonly announces: boolean } | null;
  readonly createdTime: Instant;
  readonly updatedTime: Instant;
}

export interface NewImport {
  readonly key: ImportKey;
  readonly id: string;
  readonly kind: ImportKind;
  readonly actor: string;
  readonly now: Instant;
}

export function newImport({ key, id, kind, actor, now }: NewImport): Import {
  const times = { createdTime: now, updatedTime: now };
  return { key, id, kind, status: 'open', addedTouches: 0, actor, undoing: null, ...times };
}

/** Fails with `conflict` where it has another kind, or is being undone. */
export function requireContinuable(before: Import, kind: ImportKind): void {
  if (before.kind !== kind) throw new Failure('conflict', `The import brings ${before.kind}.`);
  requireOpen(before);
}

/** Adding to an import is possible until its undoing begins, and never after. Fails with `conflict`. */
export function requireOpen(before: Pick<Import, 'status'> | null): void {
  if (before?.status === 'open') return;
  throw new Failure('conflict', 'The import is undone: begin another.');
}

/** The import as its undoing begins; unchanged where it has begun before. */
export function beginUndoing(
  before: Import,
  { actor, announces, now }: { readonly actor: string; readonly announces: boolean; readonly now: Instant },
): Import {
  if (before.status !== 'open') return before;
  return {
    ...before,
    status: 'undoing',
    undoing: { actor, announces },
    updatedTime: changeTime(before, now),
  };
}

/** The import once nothing of it is left. */
export function endUndoing(before: Import, now: Instant): Import {
  return before.status === 'undoing'
    ? { ...before, status: 'undone', updatedTime: changeTime(before, now) }
    : before;
}
