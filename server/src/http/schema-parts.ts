import Type from 'typebox';

/** Text that may be null, of at most so many Unicode code points. */
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

/** Where an answer leads. */
export const links = (relations: readonly string[]) =>
  Type.Array(
    Type.Object({
      href: Type.String({ format: 'uri', description: 'Absolute, under the root that the request came by.' }),
      rel: Type.String({ enum: [...relations] }),
    }),
    { readOnly: true },
  );
