import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { attributionModels } from '../../src/domain/attribution-models.ts';
import { currencyDigits, formatAmount } from '../../src/domain/money.ts';

/** A row of `leadsource export credits`. */
export type CreditRow = Readonly<Record<string, unknown>>;

export async function creditsIn(parquetFile: string): Promise<readonly CreditRow[]> {
  return (await parquetReadObjects({ file: await asyncBufferFromFile(parquetFile) })) as readonly CreditRow[];
}

/** What each model gives each value, from the rows of credits alone; what no touch led to is under undefined. */
export function recount(
  all: readonly CreditRow[],
  dimension: string,
  currency: string,
  [from, until]: readonly [from: number, until: number],
) {
  const chosen = all.filter((row) => {
    const time = (row['occurredTime'] as Date).getTime();
    return row['currency'] === currency && time >= from && time < until;
  });
  const groups = Map.groupBy(chosen, (row) =>
    row['touchId'] == null ? undefined : ((row[dimension] ?? null) as string | null),
  );
  const digits = currencyDigits(currency) ?? 0;
  return new Map(
    [...groups].map(([value, rows]) => {
      const models = attributionModels.map((model) => {
        const minorUnits = (cell: string) =>
          rows.reduce(
            (sum, row) => sum + Number(String(row[`credits.${model}.${cell}`]).replace('.', '')),
            0,
          );
        const weights = (some: readonly CreditRow[]) =>
          some.reduce((sum, row) => sum + Number(row[`credits.${model}.weight`]), 0);
        const [amount, refunded] = [minorUnits('amount'), minorUnits('refunded')];
        return {
          conversions: weights(rows),
          newCustomers: weights(rows.filter((row) => row['isFirstConversion'])),
          revenue: formatAmount(amount, digits),
          refunds: formatAmount(refunded, digits),
          net: formatAmount(amount - refunded, digits),
        };
      });
      return [value, models] as const;
    }),
  );
}
