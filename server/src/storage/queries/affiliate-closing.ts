import type { Compilable, Kysely } from 'kysely';
import { Failure } from '../../domain/failure.ts';
import type { AffiliatePeriodRow } from '../affiliate-rows.ts';
import type { Schema } from '../schema.ts';

/** Fails with `precondition-failed` if a customer was erased since the statement was begun. */
export function requireNoErasure(before: number, rows: readonly { readonly total: number }[]): void {
  if (rows[0]?.total === before) return;
  throw new Failure('precondition-failed', 'Somebody of whom the statement tells may have been erased.');
}

/** Adds a period; returns no row if there already is one with its number. */
export function closePeriod(query: Kysely<Schema>, period: AffiliatePeriodRow) {
  return query
    .insertInto('affiliate_periods')
    .values(period)
    .onConflict((conflict) => conflict.doNothing())
    .returning('period_number');
}

/** The statements that clear the click ids from everything stated about a period. */
export function forgettingClicks(
  query: Kysely<Schema>,
  organizationId: number,
  about: number,
): readonly Compilable<unknown>[] {
  const stated = (['affiliate_lines', 'affiliate_accounts'] as const).map((table) =>
    query
      .updateTable(table as 'affiliate_lines')
      .set({ click_id: null })
      .where('organization_id', '=', organizationId)
      .where('about_number', '=', about)
      .where('click_id', 'is not', null),
  );
  const clicks = query
    .deleteFrom('affiliate_clicks')
    .where('organization_id', '=', organizationId)
    .where('about_number', '=', about);
  return [...stated, clicks];
}
