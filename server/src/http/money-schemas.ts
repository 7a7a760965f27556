import { type AskedAttributionSettings, attributionSettingLimits } from '../domain/attribution-settings.ts';
import { Conversion, Refund } from './conversion-schemas.ts';
import { exportComponents } from './export-schemas.ts';
import { Type } from './schema-builders.ts';
import { dateTime, links, times } from './schema-parts.ts';
import { madeBy, orDefault, settingVersionNumber, versionInput } from './setting-schemas.ts';
import { Spend } from './spend-schemas.ts';

/** The shapes of attribution settings and of jobs, and the components about money. */

const attributionMembers = {
  lookbackDays: Type.Integer({
    minimum: 1,
    maximum: attributionSettingLimits.lookbackDays,
    description: 'So many days before a conversion a touch is credited with it.',
  }),
  halfLifeDays: Type.Unsafe<number>({
    type: 'number',
    exclusiveMinimum: 0,
    maximum: attributionSettingLimits.halfLifeDays,
    description: 'By `time-decay`, a touch so many days earlier than another is credited half as much.',
  }),
  positionWeights: Type.Unsafe<[number, number, number]>({
    type: 'array',
    items: { type: 'number', minimum: 0, maximum: 1 },
    minItems: 3,
    maxItems: 3,
    description:
      'By `position-based`: the shares of the first touch, those between, and the last. They sum to 1.',
  }),
  reportingTimezone: Type.String({
    description: 'In which days and months begin, by its name in the time zone database.',
    examples: ['Europe/Vienna'],
  }),
};

const AttributionSettings = Type.Object({
  version: settingVersionNumber,
  ...attributionMembers,
  isApplied: Type.Boolean({
    description: 'Whether the credits that reports read are by this version already, or still.',
  }),
  jobId: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description: 'The job that builds credits by this version, or built them while they are there.',
  }),
  ...madeBy,
  _links: links(['self', 'job']),
});

export const AttributionSettingsInput = Type.Unsafe<AskedAttributionSettings & { version?: number | null }>(
  Type.Object(
    {
      version: Type.Optional(versionInput),
      ...orDefault(attributionMembers),
    },
    {
      description: 'Absent members and null are as by default. Unknown members are ignored.',
      examples: [{ lookbackDays: 30, positionWeights: [0.3, 0.4, 0.3], reportingTimezone: 'Europe/Vienna' }],
    },
  ),
);

const Job = Type.Object(
  {
    id: Type.String(),
    type: Type.String({
      description: '`recompute-credits`: credits are built by changed settings. Others were asked for.',
    }),
    status: Type.String({
      enum: ['queued', 'running', 'completed', 'failed', 'superseded'],
      description: 'Superseded: settings changed once more before it was completed.',
    }),
    progress: Type.Unsafe<number>({ type: 'number', minimum: 0, maximum: 1 }),
    request: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
    result: Type.Unsafe<unknown>({ description: 'Null until it is completed, and where there is none.' }),
    error: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Why it failed.' }),
    actor: Type.String({ description: 'Who caused it.' }),
    ...times,
    finishedTime: Type.Unsafe<string | null>({ ...dateTime('When it ended.'), type: ['string', 'null'] }),
    _links: links(['self']),
  },
  { description: 'Work that takes longer than a request.' },
);

export const moneyComponents = {
  Conversion,
  Refund,
  Spend,
  AttributionSettings,
  Job,
  ...exportComponents,
} as const;
