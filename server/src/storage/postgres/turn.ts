import { sql } from 'kysely';
import { parameter } from '../parameter.ts';
import { statementOf } from './query.ts';
import type { Session } from './session.ts';
import { ofOrganizations } from './wall.ts';

/** What is numbered within an organization; the last two in the operator's place. */
export type Noun =
  | 'touch'
  | 'event'
  | 'timeline-entry'
  | 'conversion'
  | 'refund'
  | 'tuple'
  | 'actor'
  | 'setting-change'
  | 'import'
  | 'job'
  | 'organization'
  | 'signing-key';

/** Where turns are taken for what belongs to no organization: no organization has this number. */
const operatorsPlace = 0;

/** Numbers for one transaction, each above all committed before. */
export interface Numbers {
  next(noun: Noun): number;
}

const reserve = statementOf(
  sql<{ noun: Noun; next_key: number }>`
    insert into key_ranges (organization_id, noun, next_key)
    select ${parameter('organizationId')}::bigint, noun, 1 + count
    from unnest(${parameter('nouns')}::text[], ${parameter('counts')}::bigint[]) as wanted (noun, count)
    order by noun
    on conflict (organization_id, noun) do update set next_key = key_ranges.next_key + excluded.next_key - 1
    returning noun, next_key`,
);

/**
 * Takes the turn to write, and with it this many numbers of each noun. Others who ask for numbers of these nouns wait until
 * this transaction ends and then see what it left: within an organization, numbers follow the order of commits.
 */
export async function takeTurn(
  session: Session,
  organizationId: number,
  counts: ReadonlyMap<Noun, number>,
): Promise<Numbers> {
  const nouns = [...counts.keys()];
  const rows = await session.all(reserve, { organizationId, nouns, counts: [...counts.values()] });
  const next = new Map(rows.map((row) => [row.noun, row.next_key - (counts.get(row.noun) ?? 0)]));
  const ends = new Map(rows.map((row) => [row.noun, row.next_key]));
  return {
    next(noun) {
      const number = next.get(noun);
      if (number === undefined || number === ends.get(noun))
        throw new Error(`No number is left for a ${noun}.`);
      next.set(noun, number + 1);
      return number;
    },
  };
}

/** Reserves numbers, within a turn, for a statement sent after this one, which finds them below `key_ranges.next_key`. */
export function reserveNumbers(session: Session, organizationId: number, noun: Noun, count: number): void {
  session.send(reserve, { organizationId, nouns: [noun], counts: [count] });
}

/** Takes the turn to create an organization or a signing key, so that nobody else can act on there being none. */
export async function takeOperatorsTurn(
  session: Session,
  noun: 'organization' | 'signing-key',
): Promise<void> {
  session.enter(ofOrganizations(operatorsPlace));
  await takeTurn(session, operatorsPlace, new Map([[noun, 1]]));
}
