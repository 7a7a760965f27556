import type { Static } from 'typebox';
import { memberOf } from '../domain/body-faults.ts';
import type { InvalidField } from '../domain/failure.ts';
import { amountFaults, moneyFaults } from './money-faults.ts';
import { Type } from './schema-builders.ts';
import { dateTime, links, nullableText, times } from './schema-parts.ts';
import { faultsBy, validatorOf } from './validation.ts';

/** The shapes of conversions and refunds. */

const id = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  format: 'customer-id',
  description:
    'Absent, null or empty: generated. Sent again under the same id, it is not recorded again; omitted members are ' +
    'not compared, and other differences are answered with 409.',
});

const occurredTime = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  format: 'date-time',
  description: 'Absent or null: now. A time up to 60 seconds ahead counts as now.',
});

const amountIn = {
  type: ['string', 'number'],
  description: 'A decimal text such as `34.17`, or a JSON number that denotes it exactly.',
};

const metadata = Type.Unsafe<Record<string, unknown>>({
  type: 'object',
  additionalProperties: true,
  'x-storable': true,
  'x-maxBytes': 16_384,
  description: 'Anything you want to keep with a conversion, up to 16 KiB of JSON.',
});

export const ConversionInput = Type.Object(
  {
    id: Type.Optional(id),
    customerId: Type.String({ format: 'customer-id', minLength: 1 }),
    occurredTime: Type.Optional(occurredTime),
    type: Type.Optional(nullableText(50, 'What kind of conversion it was, in your own words.')),
    amount: Type.Unsafe<string | number>(amountIn),
    currency: Type.String({ description: 'A code of ISO 4217, such as `EUR`.' }),
    orderId: Type.Optional(nullableText(512, 'The id of the order.')),
    metadata: Type.Optional(
      Type.Unsafe<Record<string, unknown> | null>({ ...metadata, type: ['object', 'null'] }),
    ),
  },
  {
    'x-emptyArrayAsObject': ['metadata'],
    description:
      'A conversion to be recorded. Unknown members are ignored; an empty array as `metadata` is taken as `{}`.',
    examples: [{ customerId: 'cus_example', amount: '34.17', currency: 'EUR', orderId: 'A-1001' }],
  },
);
export type ConversionBody = Static<typeof ConversionInput>;

export const RefundInput = Type.Object(
  {
    id: Type.Optional(id),
    amount: Type.Optional(
      Type.Unsafe<string | number | null>({
        type: ['string', 'number', 'null'],
        description:
          'Written like the amount of the conversion, in its currency. Absent or null: all that is left.',
      }),
    ),
    occurredTime: Type.Optional(
      Type.Unsafe<string | null>({
        ...occurredTime,
        description:
          'Absent or null: now. A time up to 60 seconds ahead counts as now. Not before the conversion.',
      }),
    ),
  },
  { description: 'Money given back for a conversion.', examples: [{ amount: '10.00' }] },
);

const amount = (description: string) => Type.String({ pattern: '^\\d+(\\.\\d+)?$', description });
const nullable = Type.Unsafe<string | null>({ type: ['string', 'null'] });

export const Conversion = Type.Object({
  id: Type.String(),
  customerId: Type.String(),
  occurredTime: dateTime('When it occurred.'),
  type: nullable,
  amount: amount('With as many decimals as the currency has.'),
  currency: Type.String(),
  refundedAmount: amount('How much of it was given back.'),
  netAmount: amount('What is left of it after refunds.'),
  orderId: nullable,
  metadata,
  ...times,
  _links: links(['self', 'customer', 'refunds']),
});

export const Refund = Type.Object({
  id: Type.String(),
  conversionId: Type.String(),
  amount: amount('With as many decimals as the currency has.'),
  currency: Type.String(),
  occurredTime: dateTime('When it was given back.'),
  createdTime: dateTime('When it was recorded.'),
  _links: links(['conversion']),
});

const validateConversion = validatorOf(ConversionInput);
const validateRefund = validatorOf(RefundInput);

/** Every fault of a conversion's body, including those of its amount and currency. */
export function conversionFaults(body: unknown): readonly InvalidField[] {
  const faults = faultsBy(validateConversion, body);
  const named = new Set(faults.map(({ field }) => field));
  if (named.has('')) return faults;
  const [currency, amount] = [memberOf(body, 'currency'), memberOf(body, 'amount')];
  return [...faults, ...moneyFaults({ currency, amount }, named)];
}

/** Every fault of a refund's body that is one in any currency. */
export function refundFaults(body: unknown): readonly InvalidField[] {
  return [...faultsBy(validateRefund, body), ...amountFaults(memberOf(body, 'amount'))];
}
