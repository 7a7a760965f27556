import { type Instant, isRecent } from '../domain/time.ts';

/**
 * What was read lately, by name: up to so many values, each for so many milliseconds. A value of null, for nothing found, is
 * not remembered.
 */
export function createRemembered<Value>(now: () => Instant, milliseconds: number, most: number) {
  const remembered = new Map<string, { readonly value: Value; readonly readTime: Instant }>();
  const underWay = new Map<string, Promise<Value>>();
  let changes = 0;

  const look = async (name: string, read: (before: Value | null) => Promise<Value>): Promise<Value> => {
    const changesBefore = changes;
    // The answer is as old as the question, however long it takes.
    const readTime = now();
    const value = await read(remembered.get(name)?.value ?? null);
    if (remembered.size >= most) remembered.clear();
    if (value === null) remembered.delete(name);
    // What was read while something changed may be outdated.
    else if (changes === changesBefore) remembered.set(name, { value, readTime });
    return value;
  };

  return {
    /** What `read` gives, which is handed what it gave before. Who asks while it is under way shares it: no answer overtakes another. */
    of(name: string, read: (before: Value | null) => Promise<Value>): Value | Promise<Value> {
      const known = remembered.get(name);
      if (known !== undefined && isRecent(known.readTime, now(), milliseconds)) return known.value;
      const begun = underWay.get(name);
      if (begun !== undefined) return begun;
      const looking = look(name, read).finally(() => {
        if (underWay.get(name) === looking) underWay.delete(name);
      });
      underWay.set(name, looking);
      return looking;
    },

    /** Makes a change by this process take effect at once: of what has this name, or of everything. */
    forget(name: string | null): void {
      changes += 1;
      for (const known of [remembered, underWay]) name === null ? known.clear() : known.delete(name);
    },
  };
}
