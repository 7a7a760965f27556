import { optionalFamilies } from '../domain/campaign-parameter.ts';
import { flagFields, textFields } from '../domain/channel.ts';
import { channelRuleLimits } from '../domain/channel-rule-faults.ts';
import { type ChannelRule, textOperations } from '../domain/channel-rules.ts';
import { landingSettingLimits } from '../domain/landing-setting-faults.ts';
import type { AskedLandingSettings } from '../domain/landing-settings.ts';
import { queryPolicies } from '../domain/url-policy.ts';
import { Type } from './schema-builders.ts';

/** The shapes of settings whose versions are all kept. The domain judges their bodies. */

const value = Type.Unsafe({
  anyOf: [
    { type: 'string', maxLength: channelRuleLimits.valueLength },
    { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: channelRuleLimits.values },
    { type: 'boolean' },
  ],
  description:
    'A text, compared without case; with `in` an array of texts, with `isNull` absent; true or false for ' +
    `${flagFields.map((field) => `\`${field}\``).join(' and ')}, which take \`equals\`.`,
});

const condition = Type.Object({
  field: Type.String({ enum: [...textFields, ...flagFields] }),
  op: Type.String({ enum: [...textOperations] }),
  value: Type.Optional(value),
  not: Type.Optional(Type.Boolean({ description: 'Negates the condition.' })),
});

const rules = Type.Unsafe<ChannelRule[]>(
  Type.Array(
    Type.Object({
      channel: Type.String({ maxLength: channelRuleLimits.channelLength }),
      when: Type.Array(condition, {
        maxItems: channelRuleLimits.conditions,
        description: 'All of them must hold; without any, the rule holds for every touch.',
      }),
    }),
    {
      minItems: 1,
      maxItems: channelRuleLimits.rules,
      description: 'The first rule that holds gives the channel; if none does, it is `Unassigned`.',
    },
  ),
);

const exampleRules: ChannelRule[] = [
  {
    channel: 'Partners',
    when: [{ field: 'source', op: 'in', value: ['partner-a', 'partner-b'] }],
  },
  { channel: 'Direct', when: [{ field: 'source', op: 'isNull' }] },
];

export const versionInput = Type.Unsafe<number | null>({
  type: ['integer', 'null'],
  description:
    'The version on which the change is based; if another one is in force, the answer is 409. Absent or null: any ' +
    'version.',
});

/** Members of settings as callers write them: each may be absent or null, which means the default. */
export function orDefault(members: Readonly<Record<string, object>>) {
  const nullable = (schema: { readonly type?: string; readonly enum?: readonly unknown[] }) => ({
    ...schema,
    type: [schema.type, 'null'],
    ...(schema.enum !== undefined && { enum: [...schema.enum, null] }),
  });
  return Object.fromEntries(
    Object.entries(members).map(([name, schema]) => [name, Type.Optional(Type.Unsafe(nullable(schema)))]),
  );
}

export const madeBy = {
  isDefault: Type.Boolean({ description: 'Whether these are the defaults of the program.' }),
  actor: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'Who made this version; null for the first, which nobody made.',
  }),
  createdTime: Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' }),
};

export const settingVersionNumber = Type.Integer({ minimum: 1, description: 'Grows with every change.' });
const version = settingVersionNumber;

export const ChannelRules = Type.Object({ version, rules, ...madeBy });

export const ChannelRulesInput = Type.Object(
  { version: Type.Optional(versionInput), rules },
  {
    description: 'Unknown members are ignored, so that what GET answered can be changed and sent back.',
    examples: [{ rules: exampleRules }],
  },
);

export const longestDryRunDays = 3660;

export const DryRunInput = Type.Object(
  {
    rules,
    days: Type.Integer({
      minimum: 1,
      maximum: longestDryRunDays,
      description: 'Touches of this many past days are counted.',
    }),
  },
  { examples: [{ rules: exampleRules, days: 30 }] },
);

const nullableText = Type.Unsafe<string | null>({ type: ['string', 'null'] });

export const ChannelMoves = Type.Object({
  version: Type.Integer({
    description: 'Version of the rules in force, with which the others are compared.',
  }),
  periodStart: Type.String({ format: 'date-time' }),
  touches: Type.Integer({ minimum: 0, description: 'How many touches occurred since then.' }),
  unchanged: Type.Integer({ minimum: 0, description: 'How many of them would stay in their channel.' }),
  moves: Type.Array(
    Type.Object({
      from: Type.String(),
      to: Type.String(),
      touches: Type.Integer({ minimum: 1 }),
      examples: Type.Array(
        Type.Object({
          touches: Type.Integer({ minimum: 1 }),
          medium: nullableText,
          source: nullableText,
          campaign: nullableText,
          term: nullableText,
          content: nullableText,
          affiliate: nullableText,
          subAffiliate: nullableText,
          salesAgent: nullableText,
          referrerHost: nullableText,
          clickIdKind: nullableText,
        }),
        { description: 'What most of the touches that would move have in common.' },
      ),
    }),
    { description: 'From which channel to which, the largest first.' },
  ),
});

const hosts = (description: string) =>
  Type.Array(Type.String({ examples: ['shop.example.com'] }), {
    maxItems: landingSettingLimits.hosts,
    description: `${description} A host includes those below it.`,
  });
const parameterName = Type.String({ minLength: 1, maxLength: landingSettingLimits.parameterLength });
const parameters = (description: string) =>
  Type.Array(parameterName, { maxItems: landingSettingLimits.parameters, description });

const urlPolicyMembers = {
  query: Type.String({
    enum: [...queryPolicies],
    description: 'What is kept of the query of a URL: nothing, the allowed parameters, or everything.',
  }),
  allowedParameters: parameters('Kept with `allow-list`, compared without case.'),
  redactedParameters: parameters('Their values are never kept. `*part*` matches any name that contains it.'),
  appliesToApi: Type.Boolean({
    description: 'Whether this also applies to the path and the referrer of lead sources that callers write.',
  }),
};

const landingMembers = {
  ownHosts: hosts("In addition to the page's own host: a referrer there merely continues a visit."),
  excludedHosts: hosts('Such as payment and sign-in pages: a referrer there merely continues a visit.'),
  parameterFamilies: Type.Array(Type.String({ enum: [...optionalFamilies] }), {
    description: 'Campaign parameters that are read in addition to `utm_*`.',
  }),
  affiliateParameters: Type.Array(
    Type.Object({ name: parameterName, field: Type.String({ enum: ['affiliate', 'clickId'] }) }),
    {
      maxItems: landingSettingLimits.affiliateParameters,
      description: 'Parameters of affiliate networks; of several, the first in this list counts.',
    },
  ),
};

export const LandingSettings = Type.Object({
  version,
  ...landingMembers,
  urlPolicy: Type.Object(urlPolicyMembers),
  ...madeBy,
});

export const LandingSettingsInput = Type.Unsafe<AskedLandingSettings & { version?: number | null }>(
  Type.Object(
    {
      version: Type.Optional(versionInput),
      ...orDefault({ ...landingMembers, urlPolicy: Type.Object(orDefault(urlPolicyMembers)) }),
    },
    {
      description: 'Absent and null members follow the default. Unknown members are ignored.',
      examples: [{ ownHosts: ['shop.example.com'], urlPolicy: { query: 'strip' } }],
    },
  ),
);
