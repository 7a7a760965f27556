import Type, { type Static, type TProperties, type TSchema } from 'typebox';
import { apiKeyTypes } from '../domain/api-key.ts';
import { leadSourceLimits } from '../domain/lead-source.ts';
import { type Permission, permissions } from '../domain/permission.ts';
import { touchOrigins } from '../domain/touch.ts';
import { dateTime, links, nullableText } from './schema-parts.ts';
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

const times = {
  createdTime: dateTime('When it came into being.'),
  updatedTime: dateTime('When it last changed.'),
};

const leadSourceMembers = { ...facts, ...times };

const LeadSource = Type.Object({
  ...leadSourceMembers,
  original: Type.Object(leadSourceMembers, { description: 'The first lead source this customer ever had.' }),
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

const Customer = Type.Object({
  id: Type.String(),
  organizationId: Type.String(),
  websiteId: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  customFields,
  revision: Type.Integer({
    minimum: 1,
    description: 'Grows with every change of the customer or its lead source.',
  }),
  ...times,
  _links: links(['self', 'leadSource']),
  _embedded: Type.Optional(
    Type.Object(
      { leadSource: Type.Optional(Type.Unsafe({ oneOf: [{ $ref: 'LeadSource#' }, { type: 'null' }] })) },
      { description: 'Only with `expand`.' },
    ),
  ),
});

const Touch = Type.Object({
  id: Type.String(),
  occurredTime: dateTime('When the lead came.'),
  recordedTime: dateTime('When it was told to us.'),
  position: Type.String({ enum: ['original', 'intermediary', 'most-recent'] }),
  origin: Type.String({ enum: [...touchOrigins] }),
  actor: Type.String({
    description:
      'Who recorded it: the id of an API key, or the subject of a token (behind its issuer and a space where the issuer is another).',
  }),
  ...facts,
});

const permission = Type.Unsafe<Permission>({ type: 'string', enum: [...permissions] });
const description = nullableText(255, 'What the key is for.');
const allowedIps = Type.Array(Type.String({ format: 'ip-range' }), {
  maxItems: 100,
  description: 'Addresses or CIDR ranges the key may be used from; empty: any.',
});
const allowedOrigins = Type.Array(Type.String({ format: 'web-origin' }), {
  maxItems: 100,
  description: 'Web origins a publishable key may be used from; empty: any.',
});
const expiresTime = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  format: 'date-time',
  description: 'From then on the key is refused.',
});
const acl = Type.Array(permission, { maxItems: 100, description: 'What the key permits.' });

const apiKeyMembers = {
  description: Type.Optional(description),
  acl: Type.Optional(Type.Unsafe<Permission[] | null>({ ...acl, type: ['array', 'null'] })),
  allowedIps: Type.Optional(allowedIps),
  allowedOrigins: Type.Optional(allowedOrigins),
  expiresTime: Type.Optional(expiresTime),
};

export const NewApiKeyInput = Type.Object(
  {
    type: Type.Unsafe<(typeof apiKeyTypes)[number]>({ type: 'string', enum: [...apiKeyTypes] }),
    ...apiKeyMembers,
  },
  { examples: [{ type: 'secret', description: 'Billing', acl: ['lead-sources:write'] }] },
);

export const ApiKeyInput = Type.Object(apiKeyMembers, {
  description:
    'A key written anew. An absent or null `acl` leaves it as it is; other absent members are emptied.',
  examples: [{ description: 'Billing', allowedIps: ['192.0.2.0/24'] }],
});

const apiKey = {
  id: Type.String(),
  type: Type.String({ enum: [...apiKeyTypes] }),
  description,
  acl,
  allowedIps,
  allowedOrigins,
  expiresTime,
  lastUsedTime: Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' }),
  ...times,
  _links: links(['self']),
};

const ApiKey = Type.Object(apiKey);

const NewApiKey = Type.Object({
  ...apiKey,
  secretKey: Type.Optional(Type.String({ description: 'The key itself, shown this once; of a secret key.' })),
  publishableKey: Type.Optional(Type.String({ description: 'The key itself, of a publishable key.' })),
});

export const TokenInput = Type.Object(
  {
    subject: Type.Optional(
      nullableText(
        255,
        'Whom the token stands for; absent: its maker. Not `operator`, an id of a key, or a name of another issuer.',
      ),
    ),
    permissions: Type.Optional(Type.Unsafe<Permission[] | null>({ ...acl, type: ['array', 'null'] })),
    lifetimeSeconds: Type.Optional(
      Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum: 60, maximum: 86_400, default: 3600 }),
    ),
  },
  { examples: [{ subject: 'dashboard', permissions: ['lead-sources:read'], lifetimeSeconds: 900 }] },
);

const Token = Type.Object({
  token: Type.String({ description: 'A JSON Web Token for the Authorization header.' }),
  expiresTime: dateTime('When it ends, which is never after its maker does.'),
  subject: Type.String(),
  permissions: acl,
});

const SettingChange = Type.Object({
  action: Type.String({
    enum: [
      'organization-created',
      'organization-changed',
      'api-key-created',
      'api-key-changed',
      'api-key-revoked',
      'token-minted',
      'webhook-created',
      'webhook-changed',
      'webhook-deleted',
      'webhook-secret-rotated',
      'webhook-deactivated',
    ],
  }),
  subject: Type.String({
    description: 'The id of what was changed, or the subject of the token that was minted.',
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
    invalidFields: Type.Optional(
      Type.Array(
        Type.Object({ field: Type.String({ description: 'In dot notation.' }), message: Type.String() }),
      ),
    ),
  },
  { description: 'RFC 9457' },
);

/** What answers are made of, by the names that the OpenAPI document gives them. */
export const components = {
  LeadSource,
  Customer,
  Touch,
  ApiKey,
  NewApiKey,
  Token,
  SettingChange,
  Webhook,
  WebhookWithSecret,
  WebhookDelivery,
  Problem,
} as const;

function optional<Properties extends TProperties>(properties: Properties) {
  return Type.Partial(Type.Object(properties)).properties;
}

export type LeadSourceBody = Static<typeof LeadSourceInput>;
