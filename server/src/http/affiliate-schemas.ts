import { type AskedAffiliateSettings, defaultAffiliateSettings } from '../domain/affiliate-settings.ts';
import { adjustmentCauses } from '../domain/affiliate-statement.ts';
import { attributionModels } from '../domain/attribution-models.ts';
import { Type } from './schema-builders.ts';
import { madeBy, settingVersionNumber, versionInput } from './setting-schemas.ts';

/** The shapes of statements for affiliates. */

const money = (description: string) =>
  Type.String({
    pattern: '^-?\\d+(\\.\\d+)?$',
    description: `${description}, with the digits of the currency.`,
  });
const nullable = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description });
const optionalText = (description: string) => Type.Optional(nullable(description));
const moment = (description: string) => Type.String({ format: 'date-time', description });

export const AffiliatePeriodInput = Type.Object(
  {
    model: optionalText(
      'A model by name. Absent: that of `/affiliate-settings`, else of the period that was closed last, else `last-non-direct`.',
    ),
    periodStart: optionalText('A date, or a moment. Absent: the end of the period that was closed last.'),
    periodEnd: optionalText('A date, or a moment, not in the future. Absent: now.'),
    timezone: optionalText('Of the dates. Absent: the reporting zone of the organization.'),
  },
  { examples: [{ periodStart: '2026-10-01', periodEnd: '2026-11-01' }] },
);

const amounts = {
  conversions: Type.Number(),
  gross: money('Before refunds'),
  refunds: money('What was given back'),
  net: money('Gross without refunds'),
};

const AffiliateLine = Type.Object({
  affiliate: Type.String(),
  subAffiliate: nullable('Null for none.'),
  clickId: nullable('Null for none.'),
  currency: nullable('Null for what brought no conversion.'),
  touches: Type.Optional(Type.Integer({ description: 'What was sent in the period.' })),
  customers: Type.Optional(Type.Integer({ description: 'Distinct ones among these.' })),
  adjusts: Type.Optional(Type.String({ description: 'The closed period that the line is about.' })),
  causes: Type.Optional(
    Type.Array(Type.String({ enum: [...adjustmentCauses] }), {
      description: 'Why it differs from what was stated.',
    }),
  ),
  ...amounts,
});

const period = {
  periodStart: moment('Included.'),
  periodEnd: moment('Excluded.'),
  model: Type.String({ enum: [...attributionModels] }),
  settingsVersion: Type.Integer({ description: 'Of the attribution settings that gave the credits.' }),
};

const AffiliatePeriod = Type.Object({
  id: Type.String(),
  ...period,
  closedTime: moment('When it was closed.'),
  actor: Type.String({ description: 'Who closed it.' }),
});

const AffiliateStatement = Type.Object({
  id: Type.Optional(Type.String({ description: 'Absent while the period is open.' })),
  ...period,
  closedTime: Type.Optional(moment('When it was closed.')),
  actor: Type.Optional(Type.String({ description: 'Who closed it.' })),
  rows: Type.Array(AffiliateLine),
  totals: Type.Array(Type.Object({ currency: Type.String(), ...amounts }), {
    description: 'For each currency, the lines about earlier periods included.',
  }),
});

const AffiliateSettings = Type.Object({
  version: settingVersionNumber,
  model: Type.String({ enum: [...attributionModels] }),
  ...madeBy,
});

export const AffiliateSettingsInput = Type.Unsafe<AskedAffiliateSettings & { version?: number | null }>(
  Type.Object(
    {
      version: Type.Optional(versionInput),
      model: Type.Optional(
        Type.Unsafe({
          enum: [...attributionModels, null],
          description: 'Absent and null: none is decided on.',
        }),
      ),
    },
    { description: 'Unknown members are ignored.', examples: [{ ...defaultAffiliateSettings }] },
  ),
);

export const affiliateComponents = {
  AffiliateLine,
  AffiliatePeriod,
  AffiliateStatement,
  AffiliateSettings,
} as const;
