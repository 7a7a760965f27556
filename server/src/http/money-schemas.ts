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
    description: 'The longest time from a touch to a conversion that is credited to it, in days.',
  }),
  halfLifeDays: Type.Unsafe<number>({
    type: 'number',
    exclusiveMinimum: 0,
    maximum: attributionSettingLimits.halfLifeDays,
    description: 'With `time-decay`, a touch this many days earlier than another is credited half as much.',
  }),
  positionWeights: Type.Unsafe<[number, number, number]>({
    type: 'array',
    items: { type: 'number', minimum: 0, maximum: 1 },
    minItems: 3,
    maxItems: 3,
    description:
      'With `position-based`: the shares of the first touch, of those in between, and of the last. They sum to 1.',
  }),
  reportingTimezone: Type.String({
    description: 'The time zone in which days and months begin, by its name in the time zone database.',
    examples: ['Europe/Vienna'],
  }),
};

const AttributionSettings = Type.Object({
  version: settingVersionNumber,
  ...attributionMembers,
  isApplied: Type.Boolean({
    description: 'Whether this version gave the credits that reports read.',
  }),
  jobId: Type.Unsafe<string | null>({
    type: ['string', 'null'],
    description:
      'The job that builds the credits of this version, or that built them, as long as they exist.',
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
      description: 'Absent and null members follow the default. Unknown members are ignored.',
      examples: [{ lookbackDays: 30, positionWeights: [0.3, 0.4, 0.3], reportingTimezone: 'Europe/Vienna' }],
    },
  ),
);

const Job = Type.Object(
  {
    id: Type.String(),
    type: Type.String({
      description:
        '`recompute-credits`: builds credits after a change of settings. Jobs of other types were requested.',
    }),
    status: Type.String({
      enum: ['queued', 'running', 'completed', 'failed', 'superseded'],
      description: '`superseded`: settings changed again before it was completed.',
    }),
    progress: Type.Unsafe<number>({ type: 'number', minimum: 0, maximum: 1 }),
    request: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
    result: Type.Unsafe<unknown>({
      description: 'Null until the job is completed, and if its type has no result.',
    }),
    error: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'Why it failed; otherwise null.',
    }),
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
