import { attributionModels } from '../domain/attribution-models.ts';
import { digitsOf } from '../domain/conversion.ts';
import type { ExportKind } from '../domain/export.ts';
import { leadSourceFields } from '../domain/lead-source.ts';
import { formatAmount } from '../domain/money.ts';
import { formatDay } from '../domain/reporting-zone.ts';
import { spendDimensions } from '../domain/spend.ts';
import { parseKeptJson } from '../domain/strict-json.ts';
import { formatInstant } from '../domain/time.ts';
import { touchId } from '../domain/touch.ts';
import { cellsAt, factsOf, known, type ShowRows, timeOf } from './export-cells.ts';

type MoneyKind = Extract<ExportKind, 'conversions' | 'credits' | 'spend'>;

/** How the rows about money are shown. */
export const moneyRows: { readonly [Kind in MoneyKind]: ShowRows<Kind> } = {
  conversions: ({ page: { columns } }) => {
    return (place) => {
      const cell = cellsAt(columns, place);
      const [amount, refundedAmount, currency] = [cell('amount'), cell('refundedAmount'), cell('currency')];
      const digits = digitsOf({ currency });
      const metadata = cell('metadata');
      return {
        id: cell('conversionId'),
        customerId: cell('customerId'),
        occurredTime: formatInstant(cell('occurredTime')),
        type: cell('type'),
        amount: formatAmount(amount, digits),
        currency,
        refundedAmount: formatAmount(refundedAmount, digits),
        netAmount: formatAmount(amount - refundedAmount, digits),
        orderId: cell('orderId'),
        metadata: metadata === null ? {} : parseKeptJson(metadata),
        createdTime: formatInstant(cell('createdTime')),
        updatedTime: formatInstant(cell('updatedTime')),
      };
    };
  },
  credits: ({ page: { columns, tuples }, channelOf }) => {
    const shown = new Map(
      Array.from(tuples, ([key, tuple]) => [key, { channel: channelOf(tuple), facts: factsOf(tuple) }]),
    );
    return (place) => {
      const cell = cellsAt(columns, place);
      const [touchKey, tupleKey, currency] = [cell('touchKey'), cell('tupleKey'), cell('currency')];
      const { channel, facts } = tupleKey === null ? noTouch : known(shown, tupleKey);
      return {
        conversionId: cell('conversionId'),
        customerId: cell('customerId'),
        occurredTime: formatInstant(cell('occurredTime')),
        currency,
        isFirstConversion: cell('isFirst') === 1,
        settingsVersion: cell('settingsVersion'),
        touchId: tupleKey === null ? null : touchId({ touch: { key: touchKey }, givenId: cell('givenId') }),
        touchOccurredTime: timeOf(cell('touchTime')),
        channel,
        ...facts,
        clickId: cell('clickId'),
        path: cell('path'),
        referrer: cell('referrer'),
        credits: creditsIn(cell, digitsOf({ currency })),
      };
    };
  },
  spend: ({ page: { columns } }) => {
    return (place) => {
      const cell = cellsAt(columns, place);
      const currency = cell('currency');
      return {
        date: formatDay(cell('day')),
        ...Object.fromEntries(spendDimensions.map((dimension) => [dimension, cell(dimension)])),
        amount: formatAmount(cell('amount'), digitsOf({ currency })),
        currency,
        updatedTime: formatInstant(cell('updatedTime')),
      };
    };
  },
};

const noTouch = {
  channel: null,
  facts: Object.fromEntries(leadSourceFields.map((field) => [field, null])),
};

function creditsIn(cell: ReturnType<typeof cellsAt<'credits'>>, digits: number) {
  const credits = attributionModels.map((model) => {
    const credit = {
      weight: cell(`credits.${model}.weight`),
      amount: formatAmount(cell(`credits.${model}.amount`), digits),
      refunded: formatAmount(cell(`credits.${model}.refunded`), digits),
    };
    return [model, credit] as const;
  });
  return Object.fromEntries(credits);
}
