import { Type } from './schema-builders.ts';

/** Text that can be stored, or null; `x-storable` refuses what cannot be. */
export function nullableText(maxLength: number, description: string, more: object = {}) {
  return Type.Unsafe<string | null>({
    type: ['string', 'null'],
    maxLength,
    description,
    'x-storable': true,
    ...more,
  });
}

/** A time that the server sets. */
export const dateTime = (description: string) =>
  Type.String({ format: 'date-time', readOnly: true, description });

/** Links with these relations. */
export const links = (relations: readonly string[]) =>
  Type.Array(
    Type.Object({
      href: Type.String({
        format: 'uri',
        description: 'Absolute, under the root by which the request came.',
      }),
      rel: Type.String({ enum: [...relations] }),
    }),
    { readOnly: true },
  );

/** When a resource was created, and when it last changed. */
export const times = {
  createdTime: dateTime('When it was created.'),
  updatedTime: dateTime('When it last changed.'),
};
