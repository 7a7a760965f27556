import type { Kysely } from 'kysely';
import { parameter } from '../parameter.ts';
import type { Schema } from '../schema.ts';

export function outboxClaimWrites(query: Kysely<Schema>) {
  const organizationId = parameter<number>('organizationId');
  const holder = parameter<string>('holder');
  return {
    /** Returns a row if the holder has the claim afterwards. */
    claim: query
      .insertInto('outbox_claims')
      .values({ organization_id: organizationId, holder, claimed_until: parameter('until') })
      .onConflict((conflict) =>
        conflict
          .column('organization_id')
          .doUpdateSet(({ ref }) => ({
            holder: ref('excluded.holder'),
            claimed_until: ref('excluded.claimed_until'),
          }))
          .where(({ eb, or, ref }) =>
            or([
              eb('outbox_claims.holder', '=', ref('excluded.holder')),
              eb('outbox_claims.claimed_until', '<=', parameter<number>('now')),
            ]),
          ),
      )
      .returning('holder'),
    release: query
      .deleteFrom('outbox_claims')
      .where('organization_id', '=', organizationId)
      .where('holder', '=', holder),
  };
}
