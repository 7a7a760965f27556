import type { TProperties } from 'typebox';
import { attributionModels } from '../domain/attribution-models.ts';
import { dimensions } from '../domain/dimension.ts';
import { leadSourceFields } from '../domain/lead-source.ts';
import { affiliateComponents } from './affiliate-schemas.ts';
import { publishedReportComponents } from './published-report-schemas.ts';
import { Type } from './schema-builders.ts';
import { links } from './schema-parts.ts';

/** The shapes of reports. */

const money = (description: string) =>
  Type.String({
    pattern: '^-?\\d+(\\.\\d+)?$',
    description: `${description}, with as many decimals as the currency has.`,
  });

const credit = Type.Object({
  conversions: Type.Number({ description: 'The sum of credited shares of conversions.' }),
  newCustomers: Type.Number({
    description: 'The same for conversions that were the first of their customer.',
  }),
  revenue: money('Revenue before refunds'),
  refunds: money('Amount refunded'),
  net: money('Revenue less refunds'),
  cac: Type.Optional(money('Spend per new customer')),
  roas: Type.Optional(Type.Number({ description: 'Net revenue per unit of spend.' })),
});

const optionalOf = (names: readonly string[], schema: TProperties[string]) =>
  Type.Object(Object.fromEntries(names.map((name) => [name, Type.Optional(schema)])));

/** A member for each model that was asked for. */
const credits = optionalOf(attributionModels, credit);

const values = optionalOf(
  dimensions,
  Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'Null if it is unset.' }),
);

const moment = (description: string) => Type.String({ format: 'date-time', description });

const AttributionReportRow = Type.Object(
  {
    values,
    unattributed: Type.Optional(Type.Literal(true, { description: 'Conversions that no touch led to.' })),
    other: Type.Optional(Type.Literal(true, { description: 'All values that have no row of their own.' })),
    interval: Type.Optional(Type.String({ format: 'date', description: 'The first day of the interval.' })),
    customers: Type.Optional(Type.Integer({ description: 'Distinct customers with a credit here.' })),
    spend: Type.Optional(money('Amount spent')),
    credits,
    _links: links(['conversions']),
  },
  { description: 'What the touches with these values are worth, by each model that was asked for.' },
);

const AttributionReport = Type.Object(
  {
    dimensions: Type.Array(Type.String({ enum: [...dimensions] })),
    models: Type.Array(Type.String({ enum: [...attributionModels] })),
    currency: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'Null if there are no conversions.',
    }),
    periodStart: moment('Included.'),
    periodEnd: moment('Excluded.'),
    timezone: Type.String(),
    dateBasis: Type.String(),
    settingsVersion: Type.Integer({
      description: 'Version of the attribution settings that gave the credits.',
    }),
    channelRulesVersion: Type.Integer(),
    rows: Type.Array(AttributionReportRow),
    totals: Type.Object({ spend: Type.Optional(money('Amount spent')), credits }),
  },
  { description: 'Rows add up to the totals, in every model.' },
);

const touchCredit = Type.Object({
  weight: Type.Number({ minimum: 0, maximum: 1, description: 'The weights of a conversion sum to 1.' }),
  amount: money('The amounts of a conversion sum to its own'),
  reason: Type.String({ description: 'The rule that gave it, as a sentence.' }),
});

const nullableFact = Type.Unsafe<string | null>({ type: ['string', 'null'] });

const ConversionAttribution = Type.Object(
  {
    conversionId: Type.String(),
    amount: money('Amount of the conversion before refunds'),
    currency: Type.String(),
    settingsVersion: Type.Integer({
      description: 'Version of the attribution settings that gave the credits.',
    }),
    channelRulesVersion: Type.Integer(),
    lookbackDays: Type.Integer({ description: 'How many days back touches count.' }),
    unattributed: Type.Boolean({ description: 'Whether no touch led to it.' }),
    reason: Type.Optional(Type.String({ description: 'Why it is unattributed.' })),
    journey: Type.Array(
      Type.Object({
        touchId: Type.String(),
        occurredTime: moment('When the touch occurred.'),
        channel: Type.String(),
        ...Object.fromEntries(leadSourceFields.map((field) => [field, nullableFact])),
        credits: Type.Object(Object.fromEntries(attributionModels.map((model) => [model, touchCredit]))),
      }),
    ),
    _links: links(['conversion']),
  },
  { description: 'The touches that led to a conversion, oldest first, and what each model gives them.' },
);

const journeyMeasures = {
  conversions: Type.Integer(),
  revenue: money('Revenue before refunds'),
  refunds: money('Amount refunded'),
  net: money('Revenue less refunds'),
  touchesToConvert: Type.Number({
    description: 'The mean number of touches, in totals of the conversions that touches led to.',
  }),
  secondsToConvert: Type.Number({
    description:
      'The mean time from the first touch to the conversion, in totals of those that touches led to.',
  }),
};

const JourneyReportRow = Type.Object(
  {
    path: Type.Array(nullableFact, { description: 'A value for each touch, oldest first.' }),
    unattributed: Type.Optional(Type.Literal(true, { description: 'Conversions that no touch led to.' })),
    other: Type.Optional(Type.Literal(true, { description: 'All other paths.' })),
    customers: Type.Optional(Type.Integer({ description: 'Distinct customers who took this path.' })),
    ...journeyMeasures,
  },
  { description: 'A path to conversions, and what came of it.' },
);

const JourneyReport = Type.Object({
  dimension: Type.String({ enum: [...dimensions] }),
  currency: Type.Unsafe<string | null>({ type: ['string', 'null'] }),
  periodStart: moment('Included.'),
  periodEnd: moment('Excluded.'),
  timezone: Type.String(),
  settingsVersion: Type.Integer({
    description: 'Version of the attribution settings that gave the credits.',
  }),
  channelRulesVersion: Type.Integer(),
  rows: Type.Array(JourneyReportRow),
  totals: Type.Object({ customers: Type.Integer(), ...journeyMeasures }),
});

export const reportComponents = {
  ...publishedReportComponents,
  ...affiliateComponents,
  AttributionReport,
  AttributionReportRow,
  ConversionAttribution,
  JourneyReport,
  JourneyReportRow,
} as const;
