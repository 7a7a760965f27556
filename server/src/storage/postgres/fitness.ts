import { sql } from 'kysely';
import type { Client } from 'pg';
import type { UnavailableCause } from '../causes.ts';
import { statementOf } from './query.ts';

/** What a session finds. */
export interface Conditions {
  readonly is_standby: boolean;
  readonly read_only: string;
  readonly encoding: string;
  /** Whether row-level security applies to the role. */
  readonly is_held: boolean;
  readonly row_security: string;
  readonly array_nulls: string;
  readonly float_digits: string;
  readonly durability: string;
  readonly has_synchronous_standbys: boolean;
}

/** All is in the session's memory but the role, which is looked up by its name. */
export const conditions = statementOf(sql<Conditions>`select pg_is_in_recovery() as is_standby,
  current_setting('transaction_read_only') as read_only, current_setting('server_encoding') as encoding,
  (select not (rolsuper or rolbypassrls) from pg_roles where rolname = current_user) as is_held,
  current_setting('row_security') as row_security, current_setting('array_nulls') as array_nulls,
  current_setting('extra_float_digits') as float_digits, current_setting('synchronous_commit') as durability,
  current_setting('synchronous_standby_names') <> '' as has_synchronous_standbys`);

/** Why a database would lose, refuse or round what it is given. */
export interface Unfitness {
  readonly subject: string;
  readonly cause: UnavailableCause;
  readonly sentence: string;
}

interface Rule {
  readonly subject: string;
  readonly cause: UnavailableCause;
  /** Says what is wrong; null where the rule is kept. */
  readonly breach: (found: Conditions) => string | null;
}

const rules: readonly Rule[] = [
  {
    subject: 'writing',
    cause: 'read-only',
    breach: ({ is_standby, read_only }) => {
      if (is_standby) {
        return 'The database is on a standby, which only repeats what its primary writes: use the address of the primary.';
      }
      return read_only === 'off'
        ? null
        : 'The database has default_transaction_read_only = on: it must be off, or nothing can be written.';
    },
  },
  {
    subject: 'encoding',
    cause: 'wrong-settings',
    breach: ({ encoding }) =>
      encoding === 'UTF8'
        ? null
        : `The database has the encoding ${encoding}: it must be UTF8, to keep every text.`,
  },
  {
    subject: 'row security',
    cause: 'wrong-settings',
    breach: ({ is_held, row_security }) =>
      is_held && row_security === 'off'
        ? 'The database has row_security = off: it must be on, or row-level security makes every call fail.'
        : null,
  },
  {
    subject: 'nulls',
    cause: 'wrong-settings',
    breach: ({ array_nulls }) =>
      array_nulls === 'off'
        ? 'The database has array_nulls = off: it must be on, for what a customer does not have.'
        : null,
  },
  {
    subject: 'fractions',
    cause: 'wrong-settings',
    breach: ({ float_digits }) =>
      Number(float_digits) < 1
        ? `The database has extra_float_digits = ${float_digits}: it must be at least 1, or fractions in reports are rounded.`
        : null,
  },
  {
    subject: 'durability',
    cause: 'not-durable',
    breach: ({ durability, has_synchronous_standbys }) => {
      if (durability !== 'off' && !(durability === 'local' && has_synchronous_standbys)) return null;
      const beside = durability === 'local' ? ' beside synchronous standbys' : '';
      return `The database has synchronous_commit = ${durability}${beside}: acknowledged writes could be lost.`;
    },
  },
];

/** The most harmful first; none where the database is fit. */
export function unfitness(found: Conditions): readonly Unfitness[] {
  return rules.flatMap(({ subject, cause, breach }) => {
    const sentence = breach(found);
    return sentence === null ? [] : [{ subject, cause, sentence }];
  });
}

export async function unfitnessOf(client: Client): Promise<readonly Unfitness[]> {
  const { rows } = await client.query<Conditions>(conditions.text);
  return rows.flatMap(unfitness);
}

/** Fails with a plain sentence if a database would lose, refuse or round data. */
export async function requireFitness(client: Client): Promise<void> {
  const [first] = await unfitnessOf(client);
  if (first !== undefined) throw new Error(first.sentence);
}
