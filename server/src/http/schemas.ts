import type { Static, TSchema } from 'typebox';
import { settingActions } from '../domain/setting-change.ts';
import { ApiKey, NewApiKey, Token } from './credential-schemas.ts';
import { CustomerHoldings } from './customer-export-schemas.ts';
import { Import } from './import-schemas.ts';
import { moneyComponents } from './money-schemas.ts';
import { privacyComponents } from './privacy-schemas.ts';
import { reportComponents } from './report-schemas.ts';
import { Type } from './schema-builders.ts';
import { dateTime, links, nullableText, times } from './schema-parts.ts';
import { ChannelMoves, ChannelRules, LandingSettings } from './setting-schemas.ts';
import { ExportedTouch, facts, invalidFields, LineOutcome, optional, Touch } from './touch-schemas.ts';
import { CaptureAnswer, VisitorLink } from './visitor-schemas.ts';
import { Webhook, WebhookDelivery, WebhookWithSecret } from './webhook-schemas.ts';

/**
 * The shapes of the API, each declared once: they validate requests, and the OpenAPI document shows them. `x-storable` refuses
 * U+0000 and lone surrogates in text, and numbers that JSON cannot carry; `x-emptyArrayAsObject` names members in which `[]`
 * is taken as `{}`, since PHP cannot tell them apart.
 */

/** A reference to a component of the OpenAPI document. */
export function reference(name: keyof typeof components): TSchema {
  return Type.Unsafe({ $ref: `${name}#` });
}

/** A lead source as callers write it: absent facts become null, other members are ignored. */
export const LeadSourceInput = Type.Object(optional(facts), {
  description: 'A lead source to be set. Absent members become null; unknown and read-only ones are ignored.',
  examples: [{ medium: 'cpc', source: 'google', campaign: 'spring', clickId: 'Cj0KCQ' }],
});

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
  description: 'Anything you want to keep with a customer, up to 16 KiB of JSON.',
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

const emptyObjects = { 'x-emptyArrayAsObject': ['customFields', 'leadSource'] };

/** A customer as callers write it under an id in the path. */
export const CustomerInput = Type.Object(customerInput, {
  ...emptyObjects,
  description:
    'A customer. `leadSource` is set by the rules of its own PUT; absent or null leaves it as it is. An empty array ' +
    'as `customFields` or `leadSource` is taken as `{}`.',
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
    ...emptyObjects,
    description:
      'A customer to be created. An empty array as `customFields` or `leadSource` is taken as `{}`.',
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
        { description: 'Absent if nobody is known.' },
      ),
    ),
    mentions: Type.Object({}),
    links: Type.Array(Type.Object({})),
  }),
  occurredTime: dateTime('When it was recorded.'),
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
      'The id of a key, the subject of a token (after its issuer and a space, if that is another issuer), ' +
      '`operator` for the command line, or `leadsource` for what the service did by itself.',
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
  { description: 'Problem details (RFC 9457).' },
);

/** The schemas that answers are made of, under their names in the OpenAPI document. */
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
  LineOutcome,
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

export type LeadSourceBody = Static<typeof LeadSourceInput>;
