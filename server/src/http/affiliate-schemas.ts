import { type AskedAffiliateSettings, defaultAffiliateSettings } from '../domain/affiliate-settings.ts';
import { adjustmentCauses } from '../domain/affiliate-statement.ts';
import { attributionModels } from '../domain/attribution-models.ts';
import { Type } from './schema-builders.ts';
import { madeBy, settingVersionNumber, versionInput } from './setting-schemas.ts';

/** The shapes of statements for affiliates. */

const money = (description: string) =>
  Type.String({
    pattern: '^-?\\d+(\\.\\d+)?$',
    description: `${description}, with as many decimals as the currency has.`,
  });
const nullable = (description: string) =>
  Type.Unsafe<string | null>({ type: ['string', 'null'], description });
const optionalText = (description: string) => Type.Optional(nullable(description));
const moment = (description: string) => Type.String({ format: 'date-time', description });

/** What is said about the model of a statement, in a query as well as in a body. */
export const statementModelMeaning =
  'The model to use. Absent: the one set by `/affiliate-settings`, else that of the period closed last, else `last-non-direct`.';

export const AffiliatePeriodInput = Type.Object(
  {
    model: optionalText(statementModelMeaning),
    periodStart: optionalText('A date or a moment. Absent: the end of the period closed last.'),
    periodEnd: optionalText('A date or a moment, not in the future. Absent: now.'),
    timezone: optionalText('The time zone of the dates. Absent: the reporting zone of the organization.'),
  },
  { examples: [{ periodStart: '2026-10-01', periodEnd: '2026-11-01' }] },
);

const amounts = {
  conversions: Type.Number(),
  gross: money('Revenue before refunds'),
  refunds: money('Amount refunded'),
  net: money('Gross less refunds'),
};

const AffiliateLine = Type.Object({
  affiliate: Type.String(),
  subAffiliate: nullable('Null for none.'),
  clickId: nullable('Null for none.'),
  currency: nullable('Null if there is no conversion.'),
  touches: Type.Optional(
    Type.Integer({
      description: 'Number of touches in the period. Absent on a line about an earlier period.',
    }),
  ),
  customers: Type.Optional(Type.Integer({ description: 'Number of distinct customers of these touches.' })),
  adjusts: Type.Optional(Type.String({ description: 'Id of the closed period that the line is about.' })),
  causes: Type.Optional(
    Type.Array(Type.String({ enum: [...adjustmentCauses] }), {
      description: 'Why the amounts differ from what was stated.',
    }),
  ),
  ...amounts,
});

const period = {
  periodStart: moment('Included.'),
  periodEnd: moment('Excluded.'),
  model: Type.String({ enum: [...attributionModels] }),
  settingsVersion: Type.Integer({
    description: 'Version of the attribution settings that gave the credits.',
  }),
};

const AffiliatePeriod = Type.Object({
  id: Type.String(),
  ...period,
  closedTime: moment('When the period was closed.'),
  actor: Type.String({ description: 'Who closed it.' }),
});

const AffiliateStatement = Type.Object({
  id: Type.Optional(Type.String({ description: 'Absent while the period is open.' })),
  ...period,
  closedTime: Type.Optional(moment('When the period was closed.')),
  actor: Type.Optional(Type.String({ description: 'Who closed it.' })),
  rows: Type.Array(AffiliateLine),
  totals: Type.Array(Type.Object({ currency: Type.String(), ...amounts }), {
    description: 'Per currency, including the lines about earlier periods.',
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
          description: 'Absent or null: none is set.',
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
