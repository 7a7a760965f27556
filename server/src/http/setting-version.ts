import { Failure, type InvalidField } from '../domain/failure.ts';

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

/** A member of a body; undefined also if the body is not an object, which is reported as another fault. */
export function memberOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, name)) return undefined;
  return (body as Readonly<Record<string, unknown>>)[name];
}
