import { fault, isObject } from '../domain/body-faults.ts';
import { dimensions } from '../domain/dimension.ts';
import type { InvalidField } from '../domain/failure.ts';
import { markovOrders } from '../domain/markov.ts';
import { pathModels } from '../domain/path-model.ts';
import { Type } from './schema-builders.ts';

const nullable = (description: string, more: object = {}) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description, ...more });

/** The body that asks for a job. Its type decides by which rules it is judged. */
export const JobInput = Type.Unsafe<Record<string, unknown>>(
  Type.Object(
    {
      type: Type.String({
        description:
          '`data-driven`: computes what each value of a dimension is worth, according to the paths of a period.',
      }),
      model: Type.String({ enum: [...pathModels] }),
      order: Type.Optional(
        Type.Unsafe<number | null>({
          type: ['integer', 'null'],
          enum: [...markovOrders, null],
          description: 'How many steps `markov` remembers; 1 by default.',
        }),
      ),
      dimension: Type.Optional(nullable('`channel` by default.', { enum: [...dimensions, null] })),
      periodStart: Type.String({ description: 'A date or a moment, included.' }),
      periodEnd: Type.String({ description: 'A date or a moment, excluded.' }),
      timezone: Type.Optional(nullable('The time zone in which dates begin; by default the reporting zone.')),
      currency: Type.Optional(nullable('May be omitted if there is only one.')),
    },
    {
      description: 'A job to be done. Unknown members are ignored.',
      examples: [
        {
          type: 'data-driven',
          model: 'markov',
          order: 1,
          periodStart: '2026-01-01',
          periodEnd: '2026-04-01',
        },
      ],
    },
  ),
);

/** The faults for which a body cannot be judged by the type that it names. */
export function jobFaults(body: unknown): readonly InvalidField[] {
  return isObject(body) ? [] : [fault('', 'must be object')];
}
