import { afterAll, beforeAll, expect, test } from 'vitest';
import { versionedTables } from '../../../src/storage/queries/credit-version.ts';
import { exportReads } from '../../../src/storage/queries/export.ts';
import { query } from '../../../src/storage/sqlite/connection.ts';
import { migrate } from '../../../src/storage/sqlite/migrations.ts';
import { keepBusy } from '../../support/busy-organization.ts';
import { inThisThread } from '../../support/in-this-thread.ts';
import { ListeningConnection } from '../../support/listening-connection.ts';
import { type DatabaseDirectory, databaseDirectory } from '../../support/sqlite-files.ts';
import { plainText, unheldMentions } from '../../support/statements.ts';

let files: DatabaseDirectory;
/** Every text that the engine has, and those that it makes while it does all that it can do. */
let texts: readonly string[];

beforeAll(async () => {
  files = await databaseDirectory();
  using connection = new ListeningConnection({ path: files.path, readOnly: false });
  migrate(connection, files.path);
  const ofMigrations = connection.prepared.length;
  await using store = await files.open();
  await keepBusy(inThisThread(store, connection), new Uint8Array(32));
  // A page of an export is selected before anything is joined to it, which the checks here do not see through.
  const ofExports = new Set(Object.values(exportReads(query)).map((page) => plainText(page.compile().sql)));
  const all = new Set(connection.prepared.slice(ofMigrations).map(plainText));
  texts = [...all].filter((text) => !ofExports.has(text));
});
afterAll(() => files[Symbol.asyncDispose]());

test('every statement names its organization by a parameter, but those that find one', () => {
  expect(texts.length).toBeGreaterThan(200);
  expect(
    texts
      .filter((text) => unheldMentions(text).length > 0)
      .map(shortened)
      .toSorted(),
  ).toEqual([
    'select api_keys.*, … from api_keys … where api_keys.secret_hash = ?',
    'select distinct organizations.public_id from webhooks … on organizations.organization_id = webhooks.organization_id',
    "select public_id from organizations … where credit_versions.organization_id = organizations.organization_id and state = 'dropping'))",
    'select public_id from organizations … where idempotency_records.organization_id = organizations.organization_id and idempotency_records.created_time <= ?)',
    "select public_id from organizations … where imports.organization_id = organizations.organization_id and status = 'undoing')",
  ]);
});

function shortened(text: string): string {
  return text.replace(/(?<=\.\*, ).* (?=from )/, '… ').replace(/(?<= from \w+ ).* (?=where |on )/, '… ');
}

test('every statement about credits and their sums names the version of the settings', () => {
  const versioned = Object.keys(versionedTables).join('|');
  const ofVersions = texts.filter(
    (text) =>
      new RegExp(`\\b(?:from|join|update) (?:${versioned})\\b`).test(text) && !text.startsWith('insert'),
  );
  expect(ofVersions.length).toBeGreaterThan(20);
  const mentions = (text: string) =>
    text.match(new RegExp(`\\b(?:from|join|update) (?:${versioned})\\b`, 'g'))?.length;
  for (const text of ofVersions)
    expect(text.match(/\bsettings_version = (?:\?|coalesce\()/g)?.length, text).toBe(mentions(text));
});
