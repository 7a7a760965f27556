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
  lastUsedTime: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    format: 'date-time',
    description:
      'Written at most once a minute. Of a secret key, exact to that; of a publishable one, when it last sent a visit that was ' +
      'recorded, which shows a minute late where another had just been.',
  }),
  ...times,
  _links: links(['self']),
};

export const ApiKey = Type.Object(apiKey);

export const NewApiKey = Type.Object({
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

export const Token = Type.Object({
  token: Type.String({ description: 'A JSON Web Token for the Authorization header.' }),
  expiresTime: dateTime('When it ends, which is never after its maker does.'),
  subject: Type.String(),
  permissions: acl,
});
