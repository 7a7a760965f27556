import { type RawBuilder, type SqlBool, sql } from 'kysely';
import { unlinkedOwner } from '../../domain/visitor.ts';

/** That what is in this column is a customer's id: a visitor whom nobody was linked to is none. */
export function isOfCustomer(column: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`substr(${sql.ref(column)}, 1, 1) <> ${unlinkedOwner('')}`;
}
