import { columnsOf } from './given-rows.ts';
import type { Session } from './session.ts';
import type { Arguments, Statement } from './statement.ts';

/** Where rows go. Whatever is sent from here, nothing is sent for no rows. */
export interface Destination {
  readonly session: Session;
  readonly organizationId: number;
}

/** Sends whole rows, as one array per column. */
export function sendRows<Row extends object>(
  { session, organizationId }: Destination,
  statement: Statement<unknown>,
  columns: readonly (keyof Row & string)[],
  rows: readonly Row[],
): void {
  if (rows.length > 0) session.send(statement, columnsOf(organizationId, columns, rows));
}

/** Sends moves of what belongs to one owner to another, all at once. */
export function sendMoves(
  { session, organizationId }: Destination,
  statement: Statement<unknown>,
  moves: readonly (readonly [from: string, to: string])[],
): void {
  if (moves.length === 0) return;
  session.send(statement, {
    organizationId,
    from: moves.map(([from]) => from),
    to: moves.map(([, to]) => to),
  });
}

/** Sends arguments that name these things, such as the ids of rows to be removed. */
export function sendNaming(
  { session, organizationId }: Destination,
  statement: Statement<unknown>,
  named: readonly unknown[],
  values: Arguments,
): void {
  if (named.length > 0) session.send(statement, { organizationId, ...values });
}
