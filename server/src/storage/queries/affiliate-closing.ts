import type { Compilable, Kysely } from 'kysely';
import { Failure } from '../../domain/failure.ts';
import { isUnlinkedOwner, visitorOfOwner } from '../../domain/visitor.ts';
import type {
  AffiliateAccountRow,
  AffiliateClickRow,
  AffiliateLineRow,
  AffiliatePeriodRow,
} from '../affiliate-rows.ts';
import { chunksOf } from '../chunks.ts';
import type { AffiliateClick } from '../ports/affiliate.ts';
import type { Schema } from '../schema.ts';

/** Fails with `precondition-failed` if a customer was erased since the statement was begun. */
export function requireNoErasure(before: number, rows: readonly { readonly total: number }[]): void {
  if (rows[0]?.total === before) return;
  throw new Failure('precondition-failed', 'Somebody of whom the statement tells may have been erased.');
}

const rowsAtOnce = 500;

/** Adds a period; returns no row if there already is one with its number. */
export function closePeriod(query: Kysely<Schema>, period: AffiliatePeriodRow) {
  return query
    .insertInto('affiliate_periods')
    .values(period)
    .onConflict((conflict) => conflict.doNothing())
    .returning('period_number');
}

/** Those visitors of clicks who have not been forgotten since it was read who came by them. */
export function visitorsLeft(
  query: Kysely<Schema>,
  organizationId: number,
  clicks: readonly AffiliateClick[],
) {
  const owners = new Set(clicks.map(({ owner }) => owner).filter(isUnlinkedOwner));
  return chunksOf([...owners], rowsAtOnce).map((some) =>
    query
      .selectFrom('visitors')
      .select('visitor_id')
      .where('organization_id', '=', organizationId)
      .where('visitor_id', 'in', some.map(visitorOfOwner)),
  );
}

/** The statements that store a statement, in the order they must run. */
export function closingStatements(
  query: Kysely<Schema>,
  organizationId: number,
  closing: {
    readonly lines: readonly AffiliateLineRow[];
    readonly accounts: readonly AffiliateAccountRow[];
    readonly clicks: readonly AffiliateClickRow[];
    readonly restated: readonly { readonly about: number; readonly conversionKey: number }[];
  },
): readonly Compilable<unknown>[] {
  const removals = [...Map.groupBy(closing.restated, ({ about }) => about)].flatMap(([about, ofPeriod]) => {
    const keys = ofPeriod.map(({ conversionKey }) => conversionKey);
    const ofAccounts = query
      .deleteFrom('affiliate_accounts')
      .where('organization_id', '=', organizationId)
      .where('about_number', '=', about);
    return chunksOf(keys, rowsAtOnce).map((some) => ofAccounts.where('conversion_key', 'in', some));
  });
  return [
    ...removals,
    ...chunksOf(closing.lines, rowsAtOnce).map((rows) =>
      query.insertInto('affiliate_lines').values([...rows]),
    ),
    ...chunksOf(closing.accounts, rowsAtOnce).map((rows) =>
      query.insertInto('affiliate_accounts').values([...rows]),
    ),
    ...chunksOf(closing.clicks, rowsAtOnce).map((rows) =>
      query.insertInto('affiliate_clicks').values([...rows]),
    ),
  ];
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
