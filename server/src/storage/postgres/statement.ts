import { hash } from 'node:crypto';
import type { CompiledQuery } from 'kysely';

export type Argument = string | number | null | Uint8Array;
export type Arguments = Readonly<Record<string, Argument | readonly Argument[]>>;

/** A query compiled. `name` is that of its prepared form, the same for the same text everywhere; null for none. */
export interface Statement<Row> {
  readonly name: string | null;
  readonly text: string;
  readonly places: readonly unknown[];
  /** Only says, to the type checker, what a row is. */
  readonly row?: Row;
}

const prepared = new Map<string, Statement<unknown>>();

/** Every statement to be prepared, by its name, so that each can be held to the rules. */
export const preparedStatements: ReadonlyMap<string, Statement<unknown>> = prepared;

/** To be made once, as its module is loaded. */
export function statement<Row>({ sql: text, parameters: places }: CompiledQuery<Row>): Statement<Row> {
  const name = `leadsource_${hash('sha256', text).slice(0, 24)}`;
  prepared.set(name, { name, text, places });
  return { name, text, places };
}

/** For texts of which there are too many to keep them prepared. */
export function passingStatement<Row>({ sql: text, parameters }: CompiledQuery<Row>): Statement<Row> {
  return { name: null, text, places: parameters };
}
