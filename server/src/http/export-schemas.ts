import { attributionModels } from '../domain/attribution-models.ts';
import { leadSourceFields } from '../domain/lead-source.ts';
import { offlinePlatformNames } from '../domain/offline-platforms.ts';
import { Conversion } from './conversion-schemas.ts';
import { Type } from './schema-builders.ts';
import { dateTime } from './schema-parts.ts';

/** The shapes of rows of tables about money. */

const { _links: _, ...conversionMembers } = Conversion.properties;
const ExportedConversion = Type.Object(conversionMembers, { description: 'A conversion.' });

const money = (description: string) => Type.String({ pattern: '^\\d+(\\.\\d+)?$', description });
const nullableFact = Type.Unsafe<string | null>({ type: ['string', 'null'] });
const nullableTime = (description: string) =>
  Type.Unsafe<string | null>({ ...dateTime(description), type: ['string', 'null'] });

const modelCredit = Type.Object({
  weight: Type.Number({ minimum: 0, maximum: 1, description: 'The weights of a conversion sum to 1.' }),
  amount: money('The amounts of a conversion sum to its own.'),
  refunded: money('What refunds took from it. For a conversion, these sum to what was refunded.'),
});

const ExportedCredit = Type.Object(
  {
    conversionId: Type.String(),
    customerId: Type.String(),
    occurredTime: dateTime('When the conversion occurred.'),
    currency: Type.String(),
    isFirstConversion: Type.Boolean({
      description:
        'Whether it is the first conversion of its customer, so that its weights count new customers.',
    }),
    settingsVersion: Type.Integer({
      description: 'Version of the attribution settings that gave the credits.',
    }),
    touchId: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'Null, like everything else about the touch, if no touch led to the conversion.',
    }),
    touchOccurredTime: nullableTime('When the touch occurred.'),
    channel: Type.Unsafe<string | null>({
      type: ['string', 'null'],
      description: 'By the channel rules in force.',
    }),
    ...Object.fromEntries(leadSourceFields.map((field) => [field, nullableFact])),
    credits: Type.Object(Object.fromEntries(attributionModels.map((model) => [model, modelCredit]))),
  },
  { description: 'What each model credits to a touch for a conversion.' },
);

const OfflineConversions = Type.Object(
  {
    platform: Type.String({ enum: [...offlinePlatformNames] }),
    model: Type.String({ enum: [...attributionModels] }),
    conversionName: Type.String(),
    periodStart: Type.String({ format: 'date-time', description: 'Included.' }),
    periodEnd: Type.String({ format: 'date-time', description: 'Excluded.' }),
    timezone: Type.String(),
    settingsVersion: Type.Integer({
      description: 'Version of the attribution settings that gave the credits.',
    }),
    files: Type.Array(
      Type.Object({
        name: Type.String(),
        mediaType: Type.String({ enum: ['text/csv', 'application/json'] }),
        rows: Type.Integer({ minimum: 1 }),
        content: Type.String({ description: 'To be uploaded, or sent as the body of a request, unchanged.' }),
      }),
      { description: 'Empty if there is nothing to report.' },
    ),
    leftOut: Type.Array(Type.Object({ conversionId: Type.String(), reason: Type.String() }), {
      description: 'Conversions, or touches that led to them, that the platform would refuse.',
    }),
  },
  { description: 'The conversions of a period, as an advertising platform takes them.' },
);

export const exportComponents = { ExportedConversion, ExportedCredit, OfflineConversions } as const;
