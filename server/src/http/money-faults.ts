import type { InvalidField } from '../domain/failure.ts';
import { currencyDigits, faultInAnyCurrency, readAmount } from '../domain/money.ts';

/** What is wrong with the `currency` and the `amount` of a body, except where a fault of the field is named already. */
export function moneyFaults(
  { currency, amount }: { readonly currency?: unknown; readonly amount?: unknown },
  named: ReadonlySet<string>,
): readonly InvalidField[] {
  const digits = named.has('currency') ? undefined : currencyDigits(String(currency));
  const isUnknown = digits === undefined && !named.has('currency');
  return [
    ...(isUnknown ? [{ field: 'currency', message: 'must be a currency of ISO 4217' }] : []),
    ...(named.has('amount') ? [] : amountFaults(amount, digits)),
  ];
}

/** Without `digits`, because the currency is unknown, only what is wrong in any currency. */
export function amountFaults(told: unknown, digits?: number): readonly InvalidField[] {
  if (typeof told !== 'string' && typeof told !== 'number') return [];
  const fault = digits === undefined ? faultInAnyCurrency(told) : faultOf(told, digits);
  return fault === null ? [] : [{ field: 'amount', message: fault }];
}

function faultOf(told: string | number, digits: number): string | null {
  const read = readAmount(told, digits);
  return 'fault' in read ? read.fault : null;
}
