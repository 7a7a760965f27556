import type TypeBox from 'typebox';

type Builders = Pick<
  typeof TypeBox,
  | 'Array'
  | 'Boolean'
  | 'Integer'
  | 'Literal'
  | 'Null'
  | 'Number'
  | 'Object'
  | 'Optional'
  | 'Partial'
  | 'String'
  | 'Unsafe'
>;
type Schema = Readonly<Record<string, unknown>>;
type Properties = Readonly<Record<string, Schema>>;

/** Whether a member is optional is a matter of the object's schema, not of the member's. */
const optional = new WeakSet<Schema>();

function objectOf(properties: Properties, options: Schema = {}): Schema {
  const required = Object.keys(properties).filter((name) => !optional.has(properties[name] as Schema));
  return { type: 'object', ...(required.length > 0 && { required }), properties, ...options };
}

function optionally(schema: Schema): Schema {
  const copy = { ...schema };
  optional.add(copy);
  return copy;
}

function partially({ properties = {} }: { readonly properties?: Properties }, options?: Schema): Schema {
  const all = Object.entries(properties).map(([name, schema]) => [name, optionally(schema)] as const);
  return objectOf(Object.fromEntries(all), options);
}

const builders = {
  Array: (items: Schema, options: Schema = {}) => ({ type: 'array', items, ...options }),
  Boolean: (options: Schema = {}) => ({ type: 'boolean', ...options }),
  Integer: (options: Schema = {}) => ({ type: 'integer', ...options }),
  Literal: (value: boolean | number | string, options: Schema = {}) => ({
    type: typeof value,
    const: value,
    ...options,
  }),
  Null: (options: Schema = {}) => ({ type: 'null', ...options }),
  Number: (options: Schema = {}) => ({ type: 'number', ...options }),
  Object: objectOf,
  Optional: optionally,
  Partial: partially,
  String: (options: Schema = {}) => ({ type: 'string', ...options }),
  Unsafe: (schema: Schema) => ({ ...schema }),
};

/**
 * JSON Schema in typebox's words and with its types, but without its code: loading that from 370 files to make these few plain
 * objects would take a tenth of each start.
 */
export const Type = builders as unknown as Builders;
