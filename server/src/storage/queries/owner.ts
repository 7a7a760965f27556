import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { unlinkedOwner } from '../../domain/visitor.ts';

/** True if the column holds a customer's id rather than the owner id of an unlinked visitor. */
export function isOfCustomer(column: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`substr(${sql.ref(column)}, 1, 1) <> ${unlinkedOwner('')}`;
}
