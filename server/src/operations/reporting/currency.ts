import { invalid } from '../../domain/failure.ts';
import type { OperationContext } from '../context.ts';

/** What a caller must do about several currencies, by the member that names one. */
const demands = {
  currency: 'must be given',
  filter: 'must be one currency, such as currency:EUR',
} as const;

/**
 * The currency of a report: the one asked for, else the only one; null where there is none. Fails with `invalid`, naming
 * `member`, where there are several.
 */
export async function reportCurrency(
  { read }: Pick<OperationContext['store'], 'read'>,
  organizationId: string,
  settingsVersion: number,
  asked: string | null,
  member: keyof typeof demands = 'currency',
): Promise<string | null> {
  if (asked !== null) return asked;
  const found = await read.creditCurrencies(organizationId, settingsVersion);
  if (found.length <= 1) return found[0] ?? null;
  throw invalid(member, `${demands[member]}, since there are several: ${found.join(', ')}`);
}
