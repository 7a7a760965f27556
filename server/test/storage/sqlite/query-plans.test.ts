import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { leadSourceFields } from '../../../src/domain/lead-source.ts';
import {
  conversionsMatching,
  type Finding,
  pageOf as pageOfConversions,
} from '../../../src/storage/conversion-query.ts';
import { countOf, customersMatching, pageOf } from '../../../src/storage/customer-query.ts';
import { heldReads } from '../../../src/storage/queries/customer-export.ts';
import { query } from '../../../src/storage/sqlite/connection.ts';
import { conversionDialect } from '../../../src/storage/sqlite/conversion.ts';
import { migrate } from '../../../src/storage/sqlite/migrations.ts';
import { createReaders } from '../../../src/storage/sqlite/readers.ts';
import { createWrites } from '../../../src/storage/sqlite/writes.ts';
import { ListeningConnection } from '../../support/listening-connection.ts';
import { type DatabaseDirectory, databaseDirectory } from '../../support/sqlite-files.ts';

/** The tables that grow with use: none may ever be read from end to end for one customer or event. */
const large = [
  'customers',
  'customer_aliases',
  'touches',
  'idempotency_records',
  'timeline_entries',
  'visitors',
  'visitor_links',
  'visitor_touches',
  'lead_source_tuples',
  'actors',
  'events',
  'api_keys',
  'webhook_deliveries',
];
/** Read whole by design: there are few, and the caller wants them all. A page, and who came by what, was read by a key before. */
const readWhole = ['organizations', 'signing_keys', 'webhooks', 'page', 'each', 'came'];

let files: DatabaseDirectory;
let connection: ListeningConnection;
let database: DatabaseSync;
let prepared: readonly string[];

beforeAll(async () => {
  files = await databaseDirectory();
  connection = new ListeningConnection({ path: files.path, readOnly: false });
  migrate(connection, files.path);
  const forMigrations = connection.prepared.length;
  const readers = createReaders(connection);
  readers.held.page({ organizationId: 0, customerId: '' }, 'touches', null, 1);
  createWrites(connection, () => undefined);
  prepared = [...new Set(connection.prepared.slice(forMigrations))];
  database = new DatabaseSync(files.path);
});
afterAll(async () => {
  database.close();
  connection[Symbol.dispose]();
  await files[Symbol.asyncDispose]();
});

function planOf(text: string): readonly string[] {
  const places = text.split('?').length - 1;
  const rows = database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...Array<null>(places).fill(null));
  return rows.map(({ detail }) => String(detail));
}

function mentions(text: string, table: string): boolean {
  return text.includes(`"${table}"`);
}

/** Statements that go through every touch of an organization, a page at a time. */
const looksAtAll = (text: string) =>
  text.includes('has_details') || text.startsWith('select "customer_id", "touch_key" from "touches" where ');

describe('every statement that the engine prepares', () => {
  test('is known to this test', () => {
    expect(prepared.length).toBeGreaterThan(30);
    for (const table of [...large, ...readWhole])
      expect(prepared.some((text) => mentions(text, table))).toBe(true);
  });

  test('finds its rows by a key, and reads no table from end to end', () => {
    const scans = prepared
      .flatMap((text) => planOf(text).map((step) => ({ step, text })))
      .filter(({ step }) => step.startsWith('SCAN'))
      // Rows that are to be added, and lists of keys to look up.
      .filter(({ step }) => !/^SCAN (\d+-ROW VALUES CLAUSE$|given VIRTUAL TABLE)/.test(step))
      .filter(({ step }) => !readWhole.some((table) => `${step} `.startsWith(`SCAN ${table} `)));
    expect(scans).toEqual([]);
  });

  test.each([
    [
      'customers',
      /^SEARCH customers USING PRIMARY KEY \(organization_id=\? AND customer_id[=>]\?\)( LEFT-JOIN)?$/,
    ],
    [
      'customer_aliases',
      /^SEARCH customer_aliases USING (PRIMARY KEY|COVERING INDEX \w+) \(organization_id=\? AND (alias|customer)_id[=>]\?( AND alias_id>\?)?\)$/,
    ],
    [
      'touches',
      /^SEARCH touches USING (PRIMARY KEY \(organization_id=\? AND (customer_id=\?( AND touch_key=\?)?|\(customer_id,touch_key\)>\(\?,\?\))|COVERING INDEX touches_by_import \(organization_id=\? AND import_key=\?|INDEX touches_by_given_id \(organization_id=\? AND given_id=\?)\)( LEFT-JOIN)?$/,
    ],
    [
      'webhook_deliveries',
      /^SEARCH webhook_deliveries( EXISTS)? USING (PRIMARY KEY|COVERING INDEX \w+|INDEX \w+) \(organization_id=\?( AND (webhook_id=\?( AND (next_time|event_key)[<>]\?){0,2}|customer_id=\?|delivery_id[=<]\?|next_time>\?( AND next_time<\?)?))?\)$/,
    ],
    ['events', /^SEARCH events USING PRIMARY KEY \(organization_id=\?( AND event_key<\?)?\)$/],
    [
      'lead_source_tuples',
      /^SEARCH lead_source_tuples USING (PRIMARY KEY|COVERING INDEX \w+|INDEX \w+) \(organization_id=\?( AND (tuple_id|digest)=\?)?\)$/,
    ],
  ])('on %s searches by the whole beginning of a key', (table, search) => {
    const steps = prepared
      .filter((text) => mentions(text, table) && !looksAtAll(text))
      .flatMap((text) => planOf(text))
      .filter((step) => new RegExp(`^(SEARCH|SCAN) ${table}\\b`).test(step));
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) expect(step).toMatch(search);
  });

  test('that an erasure makes finds deliveries by their customer, and lines of statements by their click', () => {
    const steps = prepared.filter((text) => text.includes('indexed by')).flatMap(planOf);
    expect(steps.toSorted()).toEqual([
      'SEARCH affiliate_lines USING INDEX affiliate_lines_by_click (organization_id=? AND click_id=?)',
      'SEARCH webhook_deliveries USING INDEX webhook_deliveries_by_customer (organization_id=? AND customer_id=?)',
    ]);
  });

  test('goes through the touches of an organization in the order of their key, from where it was, for those of an age', () => {
    const all = prepared.filter((text) => looksAtAll(text) && !text.includes('"import_key"'));
    const [organization, place] = ['organization_id=?', '(customer_id,touch_key)>(?,?)'];
    const searches = [
      `SEARCH touches USING PRIMARY KEY (${organization} AND ${place})`,
      `SEARCH touches USING PRIMARY KEY (${organization})`,
    ];
    const pages = searches.map((search) => ['CO-ROUTINE page', search, 'SCAN page']);
    expect(all.map(planOf).toSorted()).toEqual([...pages, ...searches.map((search) => [search])]);
    const aged = all.filter((text) => text.includes('has_details'));
    expect(aged.every((text) => text.includes('where ("occurred_time" < ? or '))).toBe(true);
  });

  test('sorts the touches of an import, which are kept in their order, no more', () => {
    const ofImports = prepared.filter((text) => /"import_key" = \?.*order by/.test(text));
    expect(ofImports.length).toBeGreaterThan(0);
    expect(ofImports.flatMap(planOf).filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });

  test('sorts the events, which are kept in their order, no more', () => {
    const ofEvents = prepared.filter((text) => mentions(text, 'events')).flatMap((text) => planOf(text));
    expect(ofEvents.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });
});

describe('a list of customers', () => {
  const page = { limit: 100, offset: 0, filter: [] };

  test.each([
    { sort: [] },
    { sort: [{ field: 'id', descending: false }] },
    { sort: [{ field: 'id', descending: true }] },
    { sort: [{ field: 'createdTime', descending: false }] },
    { sort: [{ field: 'createdTime', descending: true }] },
  ] as const)('in the order $sort is read in that order, without sorting', ({ sort }) => {
    const matching = customersMatching(query, 1, []);
    const plan = planOf(pageOf(matching, { ...page, sort }).compile().sql);
    expect(plan).toHaveLength(1);
    expect(plan[0]).toMatch(/^SEARCH customers USING .+ \(organization_id=\?\)$/);
  });

  test('is counted by customers alone', () => {
    const plan = planOf(countOf(customersMatching(query, 1, [])).compile().sql);
    expect(plan).toHaveLength(1);
    expect(plan[0]).toMatch(/^SEARCH customers USING .+ \(organization_id=\?\)$/);
  });

  test.each(leadSourceFields)('filtered by %s reads each touch and tuple by its whole key', (field) => {
    const condition = {
      field: `leadSource.${field}`,
      negated: false,
      alternatives: [{ equals: 'x' }],
    } as const;
    const matching = customersMatching(query, 1, [condition]);
    const plan = planOf(pageOf(matching, { ...page, sort: [] }).compile().sql);
    expect(plan.filter((step) => step.startsWith('SCAN'))).toEqual([]);
    expect(plan.some((step) => step.includes('(organization_id=? AND customer_id=? AND touch_key=?)'))).toBe(
      true,
    );
  });
});

/** Events do not stay. */
const { events: _events, ...kept } = heldReads(query);

test.each(Object.entries(kept))(
  'what is held about a customer, its %s, is found from there',
  (_kind, held) => {
    const searches = planOf(held.compile().sql).filter((step) =>
      /^SEARCH (?!(actors|lead_source_tuples|imports|period|credit_versions) )/.test(step),
    );
    expect(searches.length).toBeGreaterThan(0);
    for (const search of searches)
      expect(search).toMatch(
        /AND (customer_id|conversion_key|visitor_id|delivery_id|about_number|click_id|line_number|route)=\?/,
      );
  },
);

test.each(['touches', 'timeline', 'conversions', 'refunds', 'credits', 'refundCredits'] as const)(
  'of a customer, who may have very many, %s are read in their order, not sorted for each page',
  (kind) => {
    expect(planOf(kept[kind].compile().sql).filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  },
);

/** Rows are counted by a function of the service's own connections. */
const uncounted = { ...conversionDialect, first: [] };

describe('a list of conversions', () => {
  const order = { sort: [{ field: 'occurredTime', descending: true }], limit: 100, offset: 0 } as const;
  const stepsOf = (field: 'customerId' | 'type' | null, finding: Finding) => {
    const filter =
      field === null ? [] : [{ field, negated: false, alternatives: [{ equals: 'x' }] } as const];
    const matching = conversionsMatching(uncounted, 1, { filter, credited: null, counted: null });
    return planOf(pageOfConversions(query, matching, order, finding).compile().sql);
  };

  test('reads the keys of a page in an index', () => {
    expect(stepsOf(null, 'freely')).toContain(
      'SEARCH conversions USING COVERING INDEX conversions_by_time (organization_id=?)',
    );
  });

  test('finds few by what leads to them, and sorts them', () => {
    const [ofOrganization, ofCustomer] = ['organization_id=?', 'organization_id=? AND customer_id=?'];
    expect(stepsOf('customerId', 'by-sorting')).toContain(
      `SEARCH conversions USING PRIMARY KEY (${ofCustomer})`,
    );
    expect(stepsOf('type', 'by-sorting')).toContain(
      `SEARCH conversions USING PRIMARY KEY (${ofOrganization})`,
    );
  });
});

test('conversions behind a number are asked for their own credits, and lead sources are listed once for all', () => {
  const credited = { settingsVersion: 1, tuples: [1, 2], touchFilter: [], models: ['last'] } as const;
  const matching = conversionsMatching(uncounted, 1, { filter: [], credited, counted: null });
  const plan = planOf(matching.select('conversion_id').compile().sql);
  expect(plan.filter((step) => / credits |SUBQUERY/.test(step))).toEqual([
    'SEARCH credits EXISTS USING PRIMARY KEY (organization_id=? AND settings_version=? AND conversion_key=?)',
    'LIST SUBQUERY 1',
  ]);
});

test('conversions that a period counts by the date of refunds are asked for their own refunds', () => {
  const counted = { start: 0, end: 1, dateBasis: 'refund' } as const;
  const matching = conversionsMatching(uncounted, 1, { filter: [], credited: null, counted });
  const { sql } = matching.select('conversion_id').compile();
  expect(planOf(sql).filter((step) => step.includes('SEARCH refunds'))).toEqual([
    'SEARCH refunds USING PRIMARY KEY (organization_id=? AND customer_id=? AND conversion_key=?)',
  ]);
});
