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

/** Whether a member may be absent is no part of its own schema, but of the object's. */
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
 * JSON Schema by typebox's words and with its types, without its code: that is read from 370 files, and took a tenth of
 * each start to make these few plain objects.
 */
export const Type = builders as unknown as Builders;
