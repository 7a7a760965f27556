import { reportParameters } from './report-parameters.ts';
import type { ParameterName } from './route.ts';

const filterDescription =
  '`field:value`, with `;` for and, `,` for or, `!` for not, `a..b` for from a to b, `null` for unset, and `"…"` ' +
  'around a value with such characters.';

const sortDescription = 'Fields separated by commas, with `-` before one for descending order';

interface DescribedFields {
  readonly filterFields: Pick<ReadonlyMap<string, unknown>, 'keys'>;
  readonly sortFields?: readonly string[];
}

/** Describes `filter` with its fields, and `sort` if there are fields for it. */
export function describedBy(
  { filterFields, sortFields = [] }: DescribedFields,
  example: string,
): Readonly<Partial<Record<ParameterName, object>>> {
  return {
    filter: {
      description: `${filterDescription} Fields: ${[...filterFields.keys()].join(', ')}.`,
      examples: [example],
    },
    ...(sortFields.length > 0 && {
      sort: {
        description: `${sortDescription}: ${sortFields.join(', ')}.`,
        examples: [`-${sortFields.at(-1)}`],
      },
    }),
  };
}

/** Query members and headers, each explained once; routes name those they understand. */
export const parameterSchemas: Readonly<Record<ParameterName, readonly ['querystring' | 'headers', object]>> =
  {
    limit: [
      'querystring',
      {
        type: 'integer',
        minimum: 0,
        maximum: 1000,
        default: 100,
        description: 'The number of items per page.',
      },
    ],
    offset: [
      'querystring',
      { type: 'integer', minimum: 0, default: 0, description: 'The number of items before the page.' },
    ],
    sort: [
      'querystring',
      {
        type: 'string',
        description: `${sortDescription}.`,
      },
    ],
    filter: [
      'querystring',
      {
        type: 'string',
        maxLength: 4096,
        description: filterDescription,
      },
    ],
    expand: [
      'querystring',
      { type: 'string', description: 'What to embed, separated by commas.', examples: ['leadSource'] },
    ],
    fields: [
      'querystring',
      {
        type: 'string',
        description:
          'Members to show, separated by commas; absent: all. Others are left out, even if the schema requires them.',
        examples: ['id,revision'],
      },
    ],
    targetCustomerId: ['querystring', { type: 'string', description: 'The customer to merge into.' }],
    announce: [
      'querystring',
      { type: 'boolean', default: false, description: 'Whether webhooks are told of the changes.' },
    ],
    import: [
      'querystring',
      {
        type: 'string',
        pattern: '^[@~\\-.\\w]{1,50}$',
        description:
          'The import to which the lines belong, which is begun or continued. Absent: one is begun with a generated ' +
          'id.',
        examples: ['crm-2026-11'],
      },
    ],
    ...reportParameters,
    'Idempotency-Key': [
      'headers',
      {
        type: 'string',
        pattern: '^[\\x21-\\x7E]{1,255}$',
        description:
          'Chosen by the caller. A request sent again within 24 hours with the same key and the same content is not ' +
          'executed again, and gets the same answer.',
      },
    ],
    Prefer: [
      'headers',
      {
        type: 'string',
        description:
          '`return=minimal` (RFC 7240): lines that were added (201) are left out of the answer, except for the last ' +
          'line of the body. The answer confirms this with `Preference-Applied`.',
        examples: ['return=minimal'],
      },
    ],
    'If-Match': [
      'headers',
      { type: 'string', description: 'Entity tags, one of which must be current (RFC 9110).' },
    ],
    'If-None-Match': [
      'headers',
      { type: 'string', description: 'Entity tags, none of which may be current; or `*`.' },
    ],
  };

/** Segments of paths, by their names. */
export const pathParameters: Readonly<Record<string, object>> = {
  id: { type: 'string', description: 'Id of the resource.' },
  version: { type: 'integer', minimum: 1, description: 'A version of the setting.' },
  touchId: { type: 'string', description: 'Id of the touch.' },
  visitorId: { type: 'string', description: 'Id of the visitor.' },
};
