import { Type } from './schema-builders.ts';

/** The shapes of reports as others have published them, with the members that our facts can fill. */

const number = (description: string) => Type.Number({ description });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const value = Type.Unsafe<string | null>({
  type: ['string', 'null'],
  description: 'Null for what is unset, and where no lead source is known.',
});

const ReportTransactions = Type.Object({
  data: Type.Array(
    Type.Object({
      aggregationFieldValue: value,
      salesCount: count('Conversions in the period.'),
      salesValue: number('What they were worth.'),
      salesAverage: number('The mean of them, to the digits of the currency.'),
      refundsValue: number('What was given back in the period.'),
      amount: number('Sales without refunds.'),
    }),
  ),
});

const ReportRetentionValue = Type.Object({
  data: Type.Array(
    Type.Object({
      aggregationValue: value,
      customersCount: count('Customers who paid first in the period.'),
      periods: Type.Array(
        Type.Object({
          period: count('How many intervals after that in which they paid first.'),
          retentionAverage: number(
            'What a customer has paid until its end, as a mean to the digits of the currency.',
          ),
          transactionsCount: count('Conversions in it.'),
          transactionsValue: number('What they were worth, without refunds unless asked otherwise.'),
        }),
      ),
    }),
  ),
});

export const publishedReportComponents = { ReportTransactions, ReportRetentionValue };
