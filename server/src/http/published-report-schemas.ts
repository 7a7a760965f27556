import { Type } from './schema-builders.ts';

/** The shapes of reports as others have published them, with the members that our facts can fill. */

const number = (description: string) => Type.Number({ description });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const value = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'Null if the value is unset, or if no lead source is known.',
});

const ReportTransactions = Type.Object({
  data: Type.Array(
    Type.Object({
      aggregationFieldValue: value,
      salesCount: count('Conversions in the period.'),
      salesValue: number('What they were worth.'),
      salesAverage: number('Their mean value, rounded to the decimals of the currency.'),
      refundsValue: number('What was given back in the period.'),
      amount: number('Sales less refunds.'),
    }),
  ),
});

const ReportRetentionValue = Type.Object({
  data: Type.Array(
    Type.Object({
      aggregationValue: value,
      customersCount: count('Customers who first paid in the period.'),
      periods: Type.Array(
        Type.Object({
          period: count('How many intervals after the one in which they first paid.'),
          retentionAverage: number(
            'What a customer has paid by its end, as a mean rounded to the decimals of the currency.',
          ),
          transactionsCount: count('Conversions in it.'),
          transactionsValue: number('What they were worth, less refunds unless `includeRefunds` is `false`.'),
        }),
      ),
    }),
  ),
});

export const publishedReportComponents = { ReportTransactions, ReportRetentionValue };
