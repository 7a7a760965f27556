import { importKinds, importStatuses } from '../domain/import.ts';
import { Type } from './schema-builders.ts';
import { links, times } from './schema-parts.ts';

export const Import = Type.Object({
  id: Type.String(),
  kind: Type.String({ enum: [...importKinds], description: 'What its lines are.' }),
  status: Type.String({
    enum: [...importStatuses],
    description: 'Whether more can be added, it is being undone, or nothing of it is left.',
  }),
  addedTouches: Type.Integer({ minimum: 0, description: 'How many touches it ever added.' }),
  touches: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'How many of them are there now. Only where one import is read.',
    }),
  ),
  actor: Type.String({ description: 'Who began it.' }),
  undoneBy: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Who undoes it, or undid it; null while nobody does.',
  }),
  ...times,
  _links: links(['self']),
});
