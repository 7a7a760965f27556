import { hash } from 'node:crypto';
import type { CompiledQuery } from 'kysely';

export type Argument = string | number | bigint | null | Uint8Array;
export type Arguments = Readonly<Record<string, Argument | readonly Argument[]>>;

/** A compiled query. `name` identifies its prepared form, equal for equal texts in all processes; null if it is not prepared. */
export interface Statement<Row> {
  readonly name: string | null;
  readonly text: string;
  readonly places: readonly unknown[];
  /** Only tells the type checker the type of a row. */
  readonly row?: Row;
}

const prepared = new Map<string, Statement<unknown>>();

/** Every statement to be prepared, by name, so that each can be checked against the rules. */
export const preparedStatements: ReadonlyMap<string, Statement<unknown>> = prepared;

/** Call once, when its module is loaded. */
export function statement<Row>({ sql: text, parameters: places }: CompiledQuery<Row>): Statement<Row> {
  const name = `leadsource_${hash('sha256', text).slice(0, 24)}`;
  prepared.set(name, { name, text, places });
  return { name, text, places };
}

/** For texts too many to prepare them all. */
export function passingStatement<Row>({ sql: text, parameters }: CompiledQuery<Row>): Statement<Row> {
  return { name: null, text, places: parameters };
}
