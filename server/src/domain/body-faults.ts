import type { InvalidField } from './failure.ts';

/** The faults of what should be a non-empty text of at most `limit` code points. */
export function textFaults(path: string, value: unknown, limit: number): readonly InvalidField[] {
  if (typeof value !== 'string') return [fault(path, 'must be a string')];
  if (value === '') return [fault(path, 'must not be empty')];
  if (!value.isWellFormed() || value.includes('\0')) {
    return [fault(path, 'must not contain U+0000 or unpaired surrogates')];
  }
  return [...value].length > limit ? [fault(path, `must be at most ${limit} code points long`)] : [];
}

/** The fault of having too few or too many items. */
export function countFaults(
  path: string,
  items: readonly unknown[],
  least: number,
  most: number,
): readonly InvalidField[] {
  if (items.length < least) return [fault(path, `must have at least ${least} item`)];
  return items.length > most ? [fault(path, `must have at most ${most} items`)] : [];
}

export function isOneOf<Name extends string>(names: readonly Name[], value: unknown): value is Name {
  return names.some((name) => name === value);
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object's own member of this name; undefined for one without it, even for a name such as `constructor`, and for no object. */
export function memberOf(value: unknown, name: string): unknown {
  return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

export function fault(field: string, message: string): InvalidField {
  return { field, message };
}
