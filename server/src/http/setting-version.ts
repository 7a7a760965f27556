import { hash } from 'node:crypto';
import { memberOf } from '../domain/body-faults.ts';
import { Failure, type InvalidField } from '../domain/failure.ts';
import type { EntityTags, Precondition } from '../domain/precondition.ts';
import { settingEntityTag } from '../domain/setting-version.ts';
import { type ConditionalHeaders, readPrecondition } from './entity-tags.ts';

/** The version that a path names. Fails with `not-found` if it names none. */
export function versionOf({ version = '' }: Readonly<Record<string, string>>): number {
  if (/^[1-9]\d{0,14}$/.test(version)) return Number(version);
  throw new Failure('not-found', 'No such version.');
}

/** The faults of a body's `version`, the one on which it is based. */
export function versionFaults(body: unknown): readonly InvalidField[] {
  const version = memberOf(body, 'version') ?? null;
  const isVersion = version === null || Number.isSafeInteger(version);
  return isVersion ? [] : [{ field: 'version', message: 'must be an integer' }];
}

/**
 * The entity tag of a setting as it is shown: its version, and a digest, since defaults and the state of credits may change
 * within a version.
 */
export function shownEntityTag(kept: { readonly version: number }): string {
  const digest = hash('sha256', JSON.stringify(kept), 'base64url').slice(0, 22);
  return settingEntityTag(kept).replace(/"$/, `-${digest}"`);
}

/** What the headers require of the version in force: of the tags of settings as they were shown, only the version counts. */
export function versionPrecondition(headers: ConditionalHeaders): Precondition {
  const { ifMatch, ifNoneMatch } = readPrecondition(headers);
  return {
    ...(ifMatch !== undefined && { ifMatch: versionTags(ifMatch) }),
    ...(ifNoneMatch !== undefined && { ifNoneMatch: versionTags(ifNoneMatch) }),
  };
}

function versionTags(tags: EntityTags): EntityTags {
  return tags === '*' ? tags : tags.map((tag) => tag.replace(/^"(\d+)-.*"$/, '"$1"'));
}
