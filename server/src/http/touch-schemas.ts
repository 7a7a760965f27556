import type { Static, TProperties } from 'typebox';
import { leadSourceFields, leadSourceLimits } from '../domain/lead-source.ts';
import { touchOrigins } from '../domain/touch.ts';
import { Type } from './schema-builders.ts';
import { dateTime, nullableText } from './schema-parts.ts';

/** The shapes of touches, and of the facts that a lead source is made of. */

const meanings = {
  medium: 'Category of the traffic, such as `organic` or `cpc`.',
  source: 'Domain, platform or channel the lead came from.',
  campaign: 'Name of the campaign.',
  term: 'Search term.',
  content: 'What was shown: a graphic, a video, a variant.',
  affiliate: 'Affiliate who sent the lead.',
  subAffiliate: 'Partner of the affiliate.',
  salesAgent: 'Person who won the lead.',
  clickId: 'Id of the click, given by the ad platform or affiliate network.',
  path: 'URL on which the lead was recorded.',
  referrer: 'The page before it: an absolute URI with the scheme http, https, android-app or ios-app.',
} as const;

export const facts = {
  medium: nullableText(leadSourceLimits.medium, meanings.medium),
  source: nullableText(leadSourceLimits.source, meanings.source),
  campaign: nullableText(leadSourceLimits.campaign, meanings.campaign),
  term: nullableText(leadSourceLimits.term, meanings.term),
  content: nullableText(leadSourceLimits.content, meanings.content),
  affiliate: nullableText(leadSourceLimits.affiliate, meanings.affiliate),
  subAffiliate: nullableText(leadSourceLimits.subAffiliate, meanings.subAffiliate),
  salesAgent: nullableText(leadSourceLimits.salesAgent, meanings.salesAgent),
  clickId: nullableText(leadSourceLimits.clickId, meanings.clickId),
  path: nullableText(leadSourceLimits.path, meanings.path),
  referrer: nullableText(leadSourceLimits.referrer, meanings.referrer, { format: 'uri' }),
};

const optionalText = (format: string, description: string) =>
  Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], format, description }));

const givenTouchId = optionalText(
  'touch-id',
  'Absent or null: generated. Sent again under the same id, a touch is not added again; omitted members are not ' +
    'compared, and other differences are answered with 409.',
);

/** A touch as callers send it. */
export const TouchInput = Type.Object(
  {
    id: givenTouchId,
    occurredTime: optionalText(
      'date-time',
      'When the lead came. Absent or null: now. A time up to 60 seconds ahead counts as now.',
    ),
    ...optional(facts),
  },
  {
    description:
      'A lead source at a moment. Absent facts become null; unknown and read-only members are ignored.',
    examples: [{ occurredTime: '2026-01-05T09:30:00Z', medium: 'cpc', source: 'google', campaign: 'winter' }],
  },
);

/** A touch as a line of an import. */
export const ImportedTouchInput = Type.Object(
  {
    id: givenTouchId,
    customerId: Type.String({ format: 'customer-id', minLength: 1 }),
    occurredTime: Type.String({ format: 'date-time', description: 'When the lead came.' }),
    ...optional(facts),
  },
  { examples: [{ customerId: 'cus_example', occurredTime: '2025-03-01T12:00:00Z', source: 'newsletter' }] },
);

const touchMembers = {
  id: Type.String(),
  occurredTime: dateTime('When the lead came.'),
  recordedTime: dateTime('When it was recorded.'),
  position: Type.String({ enum: ['original', 'intermediary', 'most-recent'] }),
  channel: Type.String({ description: 'By the channel rules in force.' }),
  origin: Type.String({ enum: [...touchOrigins] }),
  actor: Type.String({
    description:
      'Who recorded it: the id of an API key, or the subject of a token (after its issuer and a space, if that is ' +
      'another issuer).',
  }),
  ...facts,
};
export const Touch = Type.Object({
  ...touchMembers,
  truncated: Type.Optional(
    Type.Array(Type.String({ enum: [...leadSourceFields] }), {
      description:
        'For a captured touch: fields that were too long and have been cut. Absent if there are none.',
    }),
  ),
});
export const ExportedTouch = Type.Object({ customerId: Type.String(), ...touchMembers });

export const invalidFields = Type.Array(
  Type.Object({ field: Type.String({ description: 'In dot notation.' }), message: Type.String() }),
);

export const LineOutcome = Type.Object({
  line: Type.Integer({ minimum: 1, description: 'Its place in the body, counted from 1.' }),
  status: Type.Integer({
    description: 'As for a request of its own: 201, 200 if it was there already, 503 to try again.',
  }),
  customerId: Type.Optional(Type.String()),
  id: Type.Optional(Type.String({ description: 'The id of the touch or the conversion.' })),
  invalidFields: Type.Optional(invalidFields),
  detail: Type.Optional(Type.String()),
});

/** Makes every member optional. */
export function optional<Properties extends TProperties>(properties: Properties) {
  return Type.Partial(Type.Object(properties)).properties;
}

export type ImportedTouchBody = Static<typeof ImportedTouchInput>;
export type TouchBody = Static<typeof TouchInput>;
