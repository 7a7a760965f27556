import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import TypeBox from 'typebox';
import { expect, test } from 'vitest';
import { Type } from '../../src/http/schema-builders.ts';

/** Schemas of every kind, made by these builders or by typebox's own. */
function schemasBy(builders: typeof Type): readonly object[] {
  const members = {
    name: builders.String({ maxLength: 3 }),
    note: builders.Optional(builders.Unsafe<string | null>({ type: ['string', 'null'] })),
    count: builders.Optional(builders.Integer({ minimum: 1 })),
    isOn: builders.Boolean(),
    share: builders.Number({ maximum: 1 }),
    isLast: builders.Optional(builders.Literal(true, { description: 'Said only where it is so.' })),
  };
  return [
    builders.Object(members, { additionalProperties: false, description: 'Some.' }),
    builders.Object({ note: members.note }),
    builders.Object({}),
    builders.Object({ ...members, note: builders.Unsafe({ ...members.note }) }),
    builders.Partial(builders.Object(members)),
    builders.Partial(builders.Object(members), { description: 'None.' }),
    builders.Object({ ...builders.Partial(builders.Object(members)).properties, other: builders.Null() }),
    builders.Array(builders.Object(members), { maxItems: 2 }),
  ];
}

test('schemas are what typebox makes, whose types they have', () => {
  expect(schemasBy(Type).map((schema) => JSON.stringify(schema))).toEqual(
    schemasBy(TypeBox).map((schema) => JSON.stringify(schema)),
  );
});

test('an optional member leaves the schema that it was made of required elsewhere', () => {
  const text = Type.String();
  const both = Type.Object({ must: text, may: Type.Optional(text) });
  expect(both).toEqual({
    type: 'object',
    required: ['must'],
    properties: { must: { type: 'string' }, may: { type: 'string' } },
  });
});

test('no file of the service loads typebox itself', () => {
  const source = join(import.meta.dirname, '../../src');
  const files = globSync('**/*.ts', { cwd: source });
  expect(files).toContain('http/schema-builders.ts');
  const loading = /^(?:import (?!type )[^;]*|export [^;]*)from 'typebox'/m;
  expect(files.filter((file) => loading.test(readFileSync(join(source, file), 'utf8')))).toEqual([]);
});
