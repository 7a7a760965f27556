class Parameter {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A place in a query compiled once that is filled, by this name, each time it runs. */
export function parameter<Value>(name: string): Value {
  // The query builder only carries it to the compiled parameters, where `bind` finds it again.
  return new Parameter(name) as unknown as Value;
}

/** The values of a compiled query's places, in their order. Fails where a named one is missing. */
export function bind<Value>(places: readonly unknown[], values: Readonly<Record<string, Value>>): Value[] {
  const bound: Value[] = [];
  // Every statement comes by here, with a dozen places: none of them needs a function called.
  for (const place of places) {
    bound.push(place instanceof Parameter ? valueNamed(values, place.name) : (place as Value));
  }
  return bound;
}

function valueNamed<Value>(values: Readonly<Record<string, Value>>, name: string): Value {
  const value = values[name];
  if (value === undefined) throw new TypeError(`The query's parameter ${name} has no value.`);
  return value;
}

/** A parameter for each column, named like it. */
export function parametersNamed<Column extends string>(columns: readonly Column[]): Record<Column, never> {
  const entries = columns.map((column) => [column, parameter<never>(column)] as const);
  return Object.fromEntries(entries) as Record<Column, never>;
}
