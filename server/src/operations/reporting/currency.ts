import { invalid } from '../../domain/failure.ts';
import type { OperationContext } from '../context.ts';

/**
 * The currency of a report: the one asked for, else the only one; null where there is none. Fails with `invalid` where there
 * are several.
 */
export async function reportCurrency(
  { read }: Pick<OperationContext['store'], 'read'>,
  organizationId: string,
  settingsVersion: number,
  asked: string | null,
): Promise<string | null> {
  if (asked !== null) return asked;
  const found = await read.creditCurrencies(organizationId, settingsVersion);
  if (found.length <= 1) return found[0] ?? null;
  throw invalid('currency', `must be given, since there are several: ${found.join(', ')}`);
}
