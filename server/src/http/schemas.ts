import type { Static, TProperties, TSchema } from 'typebox';
import { leadSourceLimits } from '../domain/lead-source.ts';
import { settingActions } from '../domain/setting-change.ts';
import { touchOrigins } from '../domain/touch.ts';
import { ApiKey, NewApiKey, Token } from './credential-schemas.ts';
import { CustomerHoldings } from './customer-export-schemas.ts';
import { Import } from './import-schemas.ts';
import { moneyComponents } from './money-schemas.ts';
import { privacyComponents } from './privacy-schemas.ts';
import { reportComponents } from './report-schemas.ts';
import { Type } from './schema-builders.ts';
import { dateTime, links, nullableText, times } from './schema-parts.ts';
import { ChannelMoves, ChannelRules, LandingSettings } from './setting-schemas.ts';
import { CaptureAnswer, VisitorLink } from './visitor-schemas.ts';
import { Webhook, WebhookDelivery, WebhookWithSecret } from './webhook-schemas.ts';

/**
 * The shapes of the API, each declared once: requests are validated by them, and the OpenAPI document shows them.
 * `x-storable` refuses U+0000 and lone surrogates in text, and numbers that JSON cannot carry.
 */

/** A reference to a component of the OpenAPI document. */
export function reference(name: keyof typeof components): TSchema {
  return Type.Unsafe({ $ref: `${name}#` });
}

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

const facts = {
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

/** A lead source as it is written: what is absent becomes null, what is not a fact is ignored. */
export const LeadSourceInput = Type.Object(optional(facts), {
  description: 'A lead source to be set. Absent members become null; unknown and read-only ones are ignored.',
  examples: [{ medium: 'cpc', source: 'google', campaign: 'spring', clickId: 'Cj0KCQ' }],
});

const optionalText = (format: string, description: string) =>
  Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'], format, description }));

const givenTouchId = optionalText(
  'touch-id',
  'Absent or null: generated. Told again under the same id, a touch is not added again; what is left out is not compared.',
);

/** A touch as it is told. */
export const TouchInput = Type.Object(
  {
    id: givenTouchId,
    occurredTime: optionalText(
      'date-time',
      'When the lead came. Absent or null: now. Up to 60 seconds ahead counts as now.',
    ),
    ...optional(facts),
  },
  {
    description:
      'A lead source at a moment. Absent facts become null; unknown and read-only members are ignored.',
    examples: [{ occurredTime: '2026-01-05T09:30:00Z', medium: 'cpc', source: 'google', campaign: 'winter' }],
  },
);

/** A touch as a line of an import tells it. */
export const ImportedTouchInput = Type.Object(
  {
    id: givenTouchId,
    customerId: Type.String({ format: 'customer-id', minLength: 1 }),
    occurredTime: Type.String({ format: 'date-time', description: 'When the lead came.' }),
    ...optional(facts),
  },
  { examples: [{ customerId: 'cus_example', occurredTime: '2025-03-01T12:00:00Z', source: 'newsletter' }] },
);

const leadSourceMembers = { ...facts, ...times };

const leadSourceWithOriginal = {
  ...leadSourceMembers,
  original: Type.Object(leadSourceMembers, { description: 'The first lead source this customer ever had.' }),
};

const LeadSource = Type.Object({
  ...leadSourceWithOriginal,
  _links: links(['self', 'customer']),
});

const customFields = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
  'x-storable': true,
  'x-maxBytes': 16_384,
  description: 'Anything you keep beside a customer, up to 16 KiB of JSON.',
});

const customerInput = {
  websiteId: Type.Optional(nullableText(50, 'Website the customer belongs to.')),
  customFields: Type.Optional(
    Type.Unsafe<Record<string, unknown> | null>({ ...customFields, type: ['object', 'null'] }),
  ),
  leadSource: Type.Optional(
    Type.Unsafe<Static<typeof LeadSourceInput> | null>({ ...LeadSourceInput, type: ['object', 'null'] }),
  ),
};

/** A customer as it is written under an id of the path. */
export const CustomerInput = Type.Object(customerInput, {
  description:
    'A customer. `leadSource` is set by the rules of its own PUT; absent or null leaves it as it is.',
  examples: [{ websiteId: 'main', customFields: { plan: 'gold' }, leadSource: { source: 'newsletter' } }],
});

export const NewCustomerInput = Type.Object(
  {
    id: Type.Optional(
      Type.Unsafe<string | null>({
        type: ['string', 'null'],
        format: 'customer-id',
        description: 'Absent, null or empty: generated.',
      }),
    ),
    ...customerInput,
  },
  {
    description: 'A customer to be created.',
    examples: [{ id: 'cus_example', customFields: { plan: 'gold' } }],
  },
);

const customerMembers = {
  id: Type.String(),
  websiteId: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  customFields,
  revision: Type.Integer({
    minimum: 1,
    description: 'Grows with every change of the customer or its lead source.',
  }),
  ...times,
};

const ExportedCustomer = Type.Object({
  ...customerMembers,
  leadSource: Type.Unsafe<object | null>({
    ...Type.Object(leadSourceWithOriginal),
    type: ['object', 'null'],
  }),
});

const Customer = Type.Object({
  ...customerMembers,
  organizationId: Type.String(),
  _links: links(['self', 'leadSource']),
  _embedded: Type.Optional(
    Type.Object(
      { leadSource: Type.Optional(Type.Unsafe({ oneOf: [{ $ref: 'LeadSource#' }, { type: 'null' }] })) },
      { description: 'Only with `expand`.' },
    ),
  ),
});

const touchMembers = {
  id: Type.String(),
  occurredTime: dateTime('When the lead came.'),
  recordedTime: dateTime('When it was told to us.'),
  position: Type.String({ enum: ['original', 'intermediary', 'most-recent'] }),
  channel: Type.String({ description: 'By the channel rules in force now.' }),
  origin: Type.String({ enum: [...touchOrigins] }),
  actor: Type.String({
    description:
      'Who recorded it: the id of an API key, or the subject of a token (behind its issuer and a space where the issuer is another).',
  }),
  ...facts,
};
const Touch = Type.Object(touchMembers);
const ExportedTouch = Type.Object({ customerId: Type.String(), ...touchMembers });

const invalidFields = Type.Array(
  Type.Object({ field: Type.String({ description: 'In dot notation.' }), message: Type.String() }),
);

const ImportedTouch = Type.Object({
  line: Type.Integer({ minimum: 1, description: 'Its place in the body.' }),
  status: Type.Integer({
    description: 'As that of a request of its own: 201, 200 where it was there already, 503 to come again.',
  }),
  customerId: Type.Optional(Type.String()),
  id: Type.Optional(Type.String({ description: 'The id of the touch.' })),
  invalidFields: Type.Optional(invalidFields),
  detail: Type.Optional(Type.String()),
});

const TimelineMessage = Type.Object({
  id: Type.String(),
  type: Type.String({ enum: ['lead-source-changed', 'customer-created', 'customer-merged'] }),
  triggeredBy: Type.String({ enum: ['app', 'direct-api'] }),
  message: Type.String(),
  extraData: Type.Object({
    actions: Type.Array(Type.Object({})),
    tables: Type.Array(
      Type.Object({
        type: Type.String({ enum: ['two-columns'] }),
        title: Type.String(),
        data: Type.Array(Type.Object({ attribute: Type.String(), value: Type.String() })),
      }),
    ),
    author: Type.Optional(
      Type.Object(
        { userId: Type.String({ description: 'The id of an API key, or the subject of a token.' }) },
        { description: 'Absent where nobody is known.' },
      ),
    ),
    mentions: Type.Object({}),
    links: Type.Array(Type.Object({})),
  }),
  occurredTime: dateTime('When it was told to us.'),
  _links: links(['self']),
});

const SettingChange = Type.Object({
  action: Type.String({ enum: [...settingActions] }),
  subject: Type.String({
    description:
      'The id of what was changed, the subject of the token that was minted, or the version that was made.',
  }),
  actor: Type.String({
    description:
      "A key's id, a token's subject (behind its issuer and a space where the issuer is another), `operator` for the command line, or `leadsource` for what the service did by itself.",
  }),
  occurredTime: dateTime('When it was changed.'),
});

const Problem = Type.Object(
  {
    type: Type.String({ format: 'uri-reference' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String(),
    instance: Type.String({ description: 'The path of the request.' }),
    invalidFields: Type.Optional(invalidFields),
  },
  { description: 'RFC 9457' },
);

/** What answers are made of, by the names that the OpenAPI document gives them. */
export const components = {
  LeadSource,
  Customer,
  Touch,
  ExportedTouch,
  ExportedCustomer,
  CustomerHoldings,
  ApiKey,
  NewApiKey,
  Token,
  ChannelRules,
  ChannelMoves,
  LandingSettings,
  ...privacyComponents,
  ImportedTouch,
  ...moneyComponents,
  Import,
  TimelineMessage,
  CaptureAnswer,
  VisitorLink,
  SettingChange,
  Webhook,
  WebhookWithSecret,
  WebhookDelivery,
  ...reportComponents,
  Problem,
} as const;

function optional<Properties extends TProperties>(properties: Properties) {
  return Type.Partial(Type.Object(properties)).properties;
}

export type ImportedTouchBody = Static<typeof ImportedTouchInput>;
export type TouchBody = Static<typeof TouchInput>;
export type LeadSourceBody = Static<typeof LeadSourceInput>;
