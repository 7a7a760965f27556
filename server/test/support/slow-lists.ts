import { DatabaseSync } from 'node:sqlite';
import type { CustomerQuery } from '../../src/domain/customer-query.ts';

/** Puts many customers into the first organization of a database, past the service, which would take longer. */
export function addManyCustomers(databasePath: string, count: number): void {
  using database = new DatabaseSync(databasePath, { timeout: 5000 });
  database
    .prepare(
      `WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?)
       INSERT INTO customers (organization_id, customer_id, website_id, revision, created_time, updated_time,
                              lead_source_revision)
       SELECT 1, 'many' || number, 'site', 1, number, number, 0 FROM numbers`,
    )
    .run(count);
}

/** Puts as many touches, which share one lead source, past the service into the first organization. */
export function addManyTouches(databasePath: string, count: number): void {
  using database = new DatabaseSync(databasePath, { timeout: 5000 });
  database
    .prepare(
      `WITH RECURSIVE numbers (number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?)
       INSERT INTO touches (organization_id, customer_id, touch_key, occurred_time, recorded_time, origin, actor_id, tuple_id)
       SELECT 1, 'many' || number, 1000000 + number, number, number, 0, 1, 1 FROM numbers`,
    )
    .run(count);
}

/** Values that none of those customers has, each of which is held against every one of them. */
export function missingValues(count: number): readonly string[] {
  return Array.from({ length: count }, (_, place) => `no${place}`);
}

/** A list that takes seconds where there are many customers. */
export const slowList: CustomerQuery = {
  limit: 10,
  offset: 0,
  sort: [],
  filter: [
    { field: 'websiteId', negated: false, alternatives: missingValues(400).map((equals) => ({ equals })) },
  ],
};
