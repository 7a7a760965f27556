import { apiKeyTypes } from '../domain/api-key.ts';
import { type Permission, permissions } from '../domain/permission.ts';
import { Type } from './schema-builders.ts';
import { dateTime, links, nullableText, times } from './schema-parts.ts';

/** The shapes of API keys and tokens. */

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
  description: 'From this time on, the key is refused. Null: never.',
});
const acl = Type.Array(permission, { maxItems: 100, description: 'The permissions that are granted.' });

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
    'The new state of a key. An absent or null `acl` leaves the permissions as they are; other absent members are ' +
    'cleared.',
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
  lastUsedTime: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    format: 'date-time',
    description:
      'Updated at most once a minute. For a secret key, accurate to that; for a publishable key, the time of its ' +
      'last recorded visit, which shows a minute late if another came right before.',
  }),
  ...times,
  _links: links(['self']),
};

export const ApiKey = Type.Object(apiKey);

export const NewApiKey = Type.Object({
  ...apiKey,
  secretKey: Type.Optional(
    Type.String({ description: 'The key itself, shown only once. Present for a secret key.' }),
  ),
  publishableKey: Type.Optional(
    Type.String({ description: 'The key itself, shown only once. Present for a publishable key.' }),
  ),
});

export const TokenInput = Type.Object(
  {
    subject: Type.Optional(
      nullableText(
        255,
        'Whom the token stands for; absent: its maker. Must not read as the operator, an API key, or a bearer of ' +
          'another issuer, and have no control characters.',
      ),
    ),
    permissions: Type.Optional(Type.Unsafe<Permission[] | null>({ ...acl, type: ['array', 'null'] })),
    lifetimeSeconds: Type.Optional(
      Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum: 60, maximum: 86_400, default: 3600 }),
    ),
  },
  { examples: [{ subject: 'dashboard', permissions: ['lead-sources:read'], lifetimeSeconds: 900 }] },
);

export const Token = Type.Object({
  token: Type.String({ description: 'A JSON Web Token for the Authorization header.' }),
  expiresTime: dateTime('When it expires, which is never later than its maker does.'),
  subject: Type.String(),
  permissions: acl,
});
