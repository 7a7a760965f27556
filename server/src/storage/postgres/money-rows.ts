import { sql } from 'kysely';
import { conversionColumns, creditColumns, refundColumns, refundCreditColumns } from '../money-columns.ts';
import { parameter } from '../parameter.ts';
import { given } from './given-rows.ts';
import { statementOf } from './query.ts';
import { insertion, move } from './row-statements.ts';

const organizationId = sql`${parameter<number>('organizationId')}::bigint`;

/** Updates columns of conversions given by key. */
function conversionUpdate(columns: readonly string[]) {
  const assignments = columns.map((column) => sql`${sql.ref(column)} = ${sql.ref(`given.${column}`)}`);
  const arrays = columns.map((column) => sql`${parameter(column)}::bigint[]`);
  const updating = sql`
    update conversions set ${sql.join(assignments)}
    from unnest(${parameter('customer_id')}::text[], ${parameter('conversion_key')}::bigint[], ${sql.join(arrays)})
      as given (owner, key, ${sql.join(columns.map((column) => sql.ref(column)))})
    where conversions.organization_id = ${organizationId} and conversions.customer_id = given.owner
    and conversions.conversion_key = given.key and conversions.customer_id = any(${parameter('customer_id')}::text[])`;
  return statementOf(updating);
}

/** Removes rows given by the rest of their keys. */
function creditRemoval(table: 'credits' | 'refund_credits', key: readonly string[]) {
  const equal = key.map((column) => sql`${sql.ref(`removed.${column}`)} = ${sql.ref(`given.${column}`)}`);
  const any = ['settings_version', 'conversion_key'].map(
    (column) => sql`${sql.ref(`removed.${column}`)} = any(${parameter(column)}::bigint[])`,
  );
  const removing = sql`
    delete from ${sql.table(table)} as removed
    using ${given(key)}
    where removed.organization_id = ${organizationId} and ${sql.join([...equal, ...any], sql` and `)}`;
  return statementOf(removing);
}

/** Each statement writes many money rows of one organization. */
export const moneyStatements = {
  addConversions: insertion('conversions', conversionColumns, ['customer_id', 'conversion_key']),
  moveConversions: move('conversions'),
  refundConversions: conversionUpdate(['refunded_amount', 'updated_time']),
  setFirst: conversionUpdate(['is_first']),
  addRefunds: insertion('refunds', refundColumns, ['customer_id', 'conversion_key', 'refund_key']),
  moveRefunds: move('refunds'),
  addCredits: insertion('credits', creditColumns, ['settings_version', 'conversion_key', 'touch_key']),
  removeCredits: creditRemoval('credits', ['settings_version', 'conversion_key', 'touch_key']),
  addRefundCredits: insertion('refund_credits', refundCreditColumns, [
    'settings_version',
    'conversion_key',
    'refund_key',
    'touch_key',
  ]),
  removeRefundCredits: creditRemoval('refund_credits', [
    'settings_version',
    'conversion_key',
    'refund_key',
    'touch_key',
  ]),
};
