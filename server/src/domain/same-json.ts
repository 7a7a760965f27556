import { isObject } from './body-faults.ts';

type Members = Readonly<Record<string, unknown>>;

/** Whether two values, each as read from JSON, are equal; the order of members does not matter (RFC 8259, section 4). */
export function isSameJson(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every(
      (name) => Object.hasOwn(other, name) && isSameJson((one as Members)[name], (other as Members)[name]),
    )
  );
}

/** A value, as read from JSON, as a text that is the same for all values that `isSameJson` calls equal. */
export function orderedJson(value: unknown): string {
  return JSON.stringify(value, (_name, each: unknown) => (isObject(each) ? ordered(each) : each));
}

function ordered(members: Members): Members {
  const names = Object.keys(members).sort();
  return Object.fromEntries(names.map((name) => [name, members[name]]));
}
