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

export function statement<Row>({ sql: text, parameters: places }: CompiledQuery<Row>): Statement<Row> {
  return { name: `leadsource_${hash('sha256', text).slice(0, 24)}`, text, places };
}
