import { importKinds, importStatuses } from '../domain/import.ts';
import { Type } from './schema-builders.ts';
import { links, times } from './schema-parts.ts';

export const Import = Type.Object({
  id: Type.String(),
  kind: Type.String({ enum: [...importKinds], description: 'What its lines contain.' }),
  status: Type.String({
    enum: [...importStatuses],
    description:
      'Whether more can be added (`open`), it is being undone (`undoing`), or nothing of it is left (`undone`).',
  }),
  addedTouches: Type.Integer({ minimum: 0, description: 'How many touches it has added in all.' }),
  touches: Type.Optional(
    Type.Integer({
      minimum: 0,
      description: 'How many of them still exist. Present only when a single import is read.',
    }),
  ),
  actor: Type.String({ description: 'Who began it.' }),
  undoneBy: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Who is undoing it, or has undone it; otherwise null.',
  }),
  ...times,
  _links: links(['self']),
});
