import type { Static } from 'typebox';
import { isObject } from '../domain/body-faults.ts';
import { Failure, type InvalidField } from '../domain/failure.ts';
import { currencyDigits, readAmount } from '../domain/money.ts';
import { spendDimensions } from '../domain/spend.ts';
import { parseDate } from '../domain/time.ts';
import { Type } from './schema-builders.ts';
import { dateTime, nullableText } from './schema-parts.ts';
import { validatorOf } from './validation.ts';

const dimensions = Object.fromEntries(
  spendDimensions.map((dimension) => [dimension, nullableText(512, 'As in reports; null where not known.')]),
) as Record<(typeof spendDimensions)[number], ReturnType<typeof nullableText>>;

const date = Type.String({ description: 'A day in the reporting time zone.', examples: ['2026-11-23'] });
const currency = Type.String({ description: 'By ISO 4217, such as `EUR`.' });

const SpendRow = Type.Object({
  date,
  ...Type.Partial(Type.Object(dimensions)).properties,
  amount: Type.Unsafe<string | number>({
    type: ['string', 'number'],
    description: 'A decimal text such as `34.17`, or a JSON number that denotes it exactly.',
  }),
  currency,
});
export type SpendRowBody = Static<typeof SpendRow>;

export const SpendInput = Type.Unsafe<SpendRowBody | readonly SpendRowBody[]>({
  anyOf: [Type.Array(SpendRow), SpendRow],
  description: 'A row, or an array of them. Unknown members are ignored.',
  examples: [[{ date: '2026-11-23', medium: 'cpc', source: 'google', amount: '120.50', currency: 'EUR' }]],
});

export const Spend = Type.Object({
  date,
  ...dimensions,
  amount: Type.String({ description: 'With the digits of the currency.' }),
  currency,
  updatedTime: dateTime('When it was last told.'),
});

const validate = validatorOf(SpendRow);

/** Every fault of all rows; of several rows, behind the place of each. */
export function spendFaults(body: unknown): readonly InvalidField[] {
  if (!Array.isArray(body)) return rowFaults(body);
  return body.flatMap((row, place) =>
    rowFaults(row).map(({ field, message }) => ({
      field: field === '' ? String(place) : `${place}.${field}`,
      message,
    })),
  );
}

function rowFaults(row: unknown): readonly InvalidField[] {
  const faults = shapeFaults(row);
  const named = new Set(faults.map(({ field }) => field));
  return isObject(row) ? [...faults, ...valueFaults(row, named)] : faults;
}

function shapeFaults(row: unknown): readonly InvalidField[] {
  try {
    validate(row);
    return [];
  } catch (error) {
    if (error instanceof Failure) return error.invalidFields;
    throw error;
  }
}

function valueFaults(
  row: Readonly<Record<string, unknown>>,
  named: ReadonlySet<string>,
): readonly InvalidField[] {
  const faults: InvalidField[] = [];
  if (!named.has('date') && parseDate(String(row['date'])) === null) {
    faults.push({ field: 'date', message: 'must be a date such as 2026-11-23' });
  }
  if (named.has('currency')) return faults;
  const digits = currencyDigits(String(row['currency']));
  if (digits === undefined)
    return [...faults, { field: 'currency', message: 'must be a currency of ISO 4217' }];
  const amount = row['amount'];
  if (typeof amount !== 'string' && typeof amount !== 'number') return faults;
  const read = readAmount(amount, digits);
  return 'fault' in read ? [...faults, { field: 'amount', message: read.fault }] : faults;
}
