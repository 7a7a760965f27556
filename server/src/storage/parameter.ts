class Parameter {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A placeholder in a query that is compiled once; the value of this name fills it on each run. */
export function parameter<Value>(name: string): Value {
  // The query builder just passes it through to the compiled parameters, where `bind` finds it again.
  return new Parameter(name) as unknown as Value;
}

/** The values for a compiled query's places, in order. Fails if a named one is missing. */
export function bind<Value>(places: readonly unknown[], values: Readonly<Record<string, Value>>): Value[] {
  const bound: Value[] = [];
  // Every statement with its dozen places passes through here: a plain loop saves a function call for each.
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

/** A parameter for each column, with the column's name. */
export function parametersNamed<Column extends string>(columns: readonly Column[]): Record<Column, never> {
  const entries = columns.map((column) => [column, parameter<never>(column)] as const);
  return Object.fromEntries(entries) as Record<Column, never>;
}
