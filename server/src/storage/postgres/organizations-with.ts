import { type RawBuilder, sql } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';
import type { Connections } from './connections.ts';
import { query, statementOf, statementsOf } from './query.ts';
import type { Arguments, Statement } from './statement.ts';
import { ofNoOrganization, ofOrganizations } from './wall.ts';

/** Few enough that each row is soon compared with all within reach, as the wall does. */
const organizationsAtOnce = 250;

const { every } = statementsOf({
  every: query
    .selectFrom('organizations')
    .select(['organization_id', 'public_id'])
    .orderBy('organization_id'),
});

interface FoundRow {
  organization_id: number;
}

/** For `organizationsWith`: those with a row in a table, for which a condition holds if there is one. */
export function withRowsIn(
  table: keyof Schema & string,
  condition?: RawBuilder<unknown>,
): Statement<FoundRow> {
  const further = condition === undefined ? sql`` : sql` and ${condition}`;
  return statementOf(
    sql<FoundRow>`
      select distinct organization_id from ${sql.table(table)}
      where organization_id = any(${parameter('organizationIds')}::bigint[])${further}`,
  );
}

/**
 * The public ids of the organizations of which one of the statements finds a row. Each is sent for many organizations at
 * once.
 */
export function organizationsWith(
  listing: Connections,
  statements: readonly Statement<FoundRow>[],
  values: Arguments = {},
): Promise<readonly string[]> {
  return listing.lookUp(ofNoOrganization, async (session) => {
    const all = await session.all(every, {});
    const found = new Set<number>();
    for (let start = 0; start < all.length; start += organizationsAtOnce) {
      const organizationIds = all.slice(start, start + organizationsAtOnce).map((row) => row.organization_id);
      session.enter(ofOrganizations(...organizationIds));
      const asked = statements.map((each) => session.all(each, { ...values, organizationIds }));
      for (const row of (await Promise.all(asked)).flat()) found.add(row.organization_id);
    }
    return all.filter((row) => found.has(row.organization_id)).map((row) => row.public_id);
  });
}
