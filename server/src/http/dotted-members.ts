export interface Nested<Value> {
  [member: string]: Value | Nested<Value>;
}

/** The object whose members are named by dotted paths: `a.b` is the member `b` of the member `a`. */
export function nested<Value>(entries: Iterable<readonly [string, Value]>): Nested<Value> {
  const whole: Nested<Value> = {};
  for (const [name, value] of entries) {
    const path = name.split('.');
    const last = path.pop() ?? name;
    let holder = whole;
    for (const member of path) {
      const inner = (holder[member] ?? {}) as Nested<Value>;
      holder[member] = inner;
      holder = inner;
    }
    holder[last] = value;
  }
  return whole;
}
