import { Type } from './schema-builders.ts';

/** Text that can be kept, or null; `x-storable` refuses what cannot. */
export function nullableText(maxLength: number, description: string, more: object = {}) {
  return Type.Unsafe<string | null>({
    type: ['string', 'null'],
    maxLength,
    description,
    'x-storable': true,
    ...more,
  });
}

/** A moment that the server sets. */
export const dateTime = (description: string) =>
  Type.String({ format: 'date-time', readOnly: true, description });

/** Where else to go, by these relations. */
export const links = (relations: readonly string[]) =>
  Type.Array(
    Type.Object({
      href: Type.String({ format: 'uri', description: 'Absolute, under the root that the request came by.' }),
      rel: Type.String({ enum: [...relations] }),
    }),
    { readOnly: true },
  );

/** When a resource came into being, and when it last changed. */
export const times = {
  createdTime: dateTime('When it came into being.'),
  updatedTime: dateTime('When it last changed.'),
};
