import { sql } from 'kysely';
import type { Collection } from '../../domain/collection.ts';
import type { OwnedConversion } from '../../domain/conversion.ts';
import type { ConversionQuery } from '../../domain/conversion-query.ts';
import type { SpendEntry, SpendQuery } from '../../domain/spend.ts';
import { type ConversionDialect, conversionsMatching, countOf, pageOf } from '../conversion-query.ts';
import type { MoneyReads } from '../ports/money.ts';
import { conversionReads } from '../queries/conversion.ts';
import { creditVersionReads } from '../queries/credit-version.ts';
import { jobReads } from '../queries/job.ts';
import { countOfSpend, pageOfSpend, spendMatching } from '../queries/spend.ts';
import { conversionOf, refundOf } from '../rows/conversion.ts';
import { keptCreditVersionOf } from '../rows/credit.ts';
import { jobOf, jobPlaceOf } from '../rows/job.ts';
import { spendEntryOf } from '../rows/spend.ts';
import { answering } from './answering.ts';
import type { Connections } from './connections.ts';
import type { Names } from './names.ts';
import { organizationsWith, withRowsIn } from './organizations-with.ts';
import { query, statementsOf } from './query.ts';
import { type Arguments, passingStatement, type Statement } from './statement.ts';
import { ofOrganizations } from './wall.ts';

const { findRefund: _ofWrites, ...asked } = conversionReads(query);
const conversions = statementsOf(asked);
const jobs = statementsOf(jobReads(query));
const withJobs = [
  withRowsIn('jobs', sql`finished_time is null`),
  withRowsIn('credit_versions', sql`state = 'dropping'`),
];
const { list: listedVersions } = statementsOf({ list: creditVersionReads(query).list });

/** The reads about money, each on one snapshot; lists have connections of their own. */
export function createMoneyReads(connections: Connections, listing: Connections, names: Names): MoneyReads {
  const rowsOf = async <Row>(publicId: string, statement: Statement<Row>, values: Arguments) => {
    const organizationId = await names.organization(publicId);
    return connections.read(ofOrganizations(organizationId), statement, { ...values, organizationId });
  };
  return {
    conversion: answering(async (publicId, conversionId) => {
      const [row] = await rowsOf(publicId, conversions.find, { conversionId });
      return row === undefined
        ? null
        : { customerId: row.customer_id, conversion: conversionOf(row, row.actor) };
    }),
    conversions: answering(async (publicId, collection) =>
      listConversions(listing, await names.organization(publicId), collection),
    ),
    refunds: answering(async (publicId, conversionId, { limit, offset }) => {
      const place = { organizationId: await names.organization(publicId) };
      return listing.snapshot(ofOrganizations(place.organizationId), async (session) => {
        const row = await session.get(conversions.find, { ...place, conversionId });
        if (row === undefined) return null;
        const { customer_id: customerId, conversion_key: conversionKey } = row;
        const owned = { ...place, customerId, conversionKey };
        const [rows, counted] = await Promise.all([
          session.all(conversions.listRefunds, { ...owned, limit, offset }),
          session.get(conversions.countRefunds, owned),
        ]);
        return { items: rows.map((refund) => refundOf(refund, refund.actor)), total: counted?.total ?? 0 };
      });
    }),
    creditVersions: answering(async (publicId) =>
      (await rowsOf(publicId, listedVersions, {})).map(keptCreditVersionOf),
    ),
    job: answering(async (publicId, jobId) => {
      const [row] = await rowsOf(publicId, jobs.find, { jobId });
      return row === undefined ? null : jobOf(row);
    }),
    jobPlaces: answering(async (publicId, { limit, offset }) => {
      const place = { organizationId: await names.organization(publicId) };
      return listing.snapshot(ofOrganizations(place.organizationId), async (session) => {
        const [rows, counted] = await Promise.all([
          session.all(jobs.list, { ...place, limit, offset }),
          session.get(jobs.count, place),
        ]);
        return { items: rows.map(jobPlaceOf), total: counted?.total ?? 0 };
      });
    }),
    jobsBetween: answering(async (publicId, oldestId, newestId) =>
      (await rowsOf(publicId, jobs.between, { oldestId, newestId })).map(jobOf),
    ),
    jobOrganizations: answering(() => organizationsWith(listing, withJobs)),
    unfinishedJobs: answering(async (publicId) => (await rowsOf(publicId, jobs.unfinished, {})).map(jobOf)),
    spend: answering(async (publicId, collection) =>
      listSpend(listing, await names.organization(publicId), collection),
    ),
  };
}

const dialect: ConversionDialect = {
  query,
  isAmong: (column, numbers) => sql`${column} = any(${numbers}::bigint[])`,
  first: [],
};

/** Filters produce too many different texts to prepare them all. */
function listConversions(
  listing: Connections,
  organization: number,
  collection: ConversionQuery,
): Promise<Collection<OwnedConversion>> {
  const matching = conversionsMatching(dialect, organization, collection);
  const page = passingStatement(pageOf(query, matching, collection).compile());
  const counting = passingStatement(countOf(matching).compile());
  return listing.snapshot(ofOrganizations(organization), async (session) => {
    const [rows, [counted]] = await Promise.all([session.all(page, {}), session.all(counting, {})]);
    const items = rows.map((row) => ({
      customerId: row.customer_id,
      conversion: conversionOf(row, row.actor),
    }));
    return { items, total: counted?.total ?? 0 };
  });
}

function listSpend(
  listing: Connections,
  organization: number,
  collection: SpendQuery,
): Promise<Collection<SpendEntry>> {
  const matching = spendMatching(query, organization, collection.filter);
  const page = passingStatement(pageOfSpend(matching, collection).compile());
  const counting = passingStatement(countOfSpend(matching).compile());
  return listing.snapshot(ofOrganizations(organization), async (session) => {
    const [rows, [counted]] = await Promise.all([session.all(page, {}), session.all(counting, {})]);
    return { items: rows.map(spendEntryOf), total: counted?.total ?? 0 };
  });
}
