import type { Static } from 'typebox';
import { consents } from '../domain/capture.ts';
import { Type } from './schema-builders.ts';
import { dateTime } from './schema-parts.ts';

/** The shapes of captured arrivals and of visitors who are customers. */

const visitorId = Type.String({
  format: 'visitor-id',
  description:
    'Made by the program that captures, and kept in the browser: 8 to 64 of the characters A-Z a-z 0-9 _ -.',
});

const nullableText = (description: string) =>
  Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], description }));

const moment = (description: string) =>
  Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time', description }));

export const CaptureInput = Type.Object(
  {
    key: nullableText('A publishable key, unless it is in the header `Authorization`.'),
    visitorId,
    url: Type.String({ minLength: 1, description: 'The whole URL of the page that the visitor came to.' }),
    referrer: nullableText('The page before it. Absent, null or empty: none.'),
    occurredTime: moment(
      'When the visitor came, up to 24 hours back. An older, future or absent time counts as now.',
    ),
    consent: Type.Optional(
      Type.Unsafe<(typeof consents)[number] | null>({
        enum: [...consents, null],
        description: 'Whether the visitor allows it. With `denied`, nothing is recorded.',
      }),
    ),
  },
  {
    description:
      'An arrival as it was observed; the service draws the conclusions. Unknown members are ignored.',
    examples: [
      {
        key: 'pk_live_…',
        visitorId: '7f9c2ba4e88f827d',
        url: 'https://shop.example/?utm_source=newsletter',
        referrer: null,
      },
    ],
  },
);

export type CaptureBody = Static<typeof CaptureInput>;

export const CaptureAnswer = Type.Object({
  recorded: Type.Boolean({ description: 'Whether it was recorded as a touch of the visitor.' }),
  visitorId: Type.String(),
});

export const VisitorLinkInput = Type.Object(
  {
    visitorId,
    linkedTime: moment(
      'From when on the visitor is this customer. Absent or null: now. A time up to 60 seconds ahead counts as now.',
    ),
  },
  { examples: [{ visitorId: '7f9c2ba4e88f827d' }] },
);

export const VisitorLink = Type.Object({
  customerId: Type.String({ description: 'Differs from the id in the request if that one was merged away.' }),
  visitorId: Type.String(),
  linkedTime: dateTime('From when on the visitor is the customer.'),
  touches: Type.Integer({
    minimum: 0,
    description: "How many of the visitor's touches are the customer's.",
  }),
  actor: Type.String({
    description: 'Who linked them: the id of an API key, or the subject of a token.',
  }),
});
