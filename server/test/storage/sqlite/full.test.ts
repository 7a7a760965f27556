import { describe, expect, test } from 'vitest';
import { completeLeadSource } from '../../../src/domain/lead-source.ts';
import { Connection } from '../../../src/storage/sqlite/connection.ts';
import { translateError } from '../../../src/storage/sqlite/errors.ts';
import { migrate } from '../../../src/storage/sqlite/migrations.ts';
import { createReaders } from '../../../src/storage/sqlite/readers.ts';
import { createWrites } from '../../../src/storage/sqlite/writes.ts';
import { databaseDirectory } from '../../support/sqlite-files.ts';
import { organizationNamed } from '../../support/store-room.ts';

const mostWrites = 10_000;

describe('a database that may not grow any more', () => {
  test('refuses a write as unavailable, keeps what it had, and goes on once it may grow', async () => {
    await using files = await databaseDirectory();
    using connection = new Connection({ path: files.path, readOnly: false });
    migrate(connection, files.path);
    const { writes, forget } = createWrites(connection, () => undefined);
    const organization = organizationNamed('org_full');
    connection.transaction(() => writes.createOrganization({ organization, actor: 'operator' }));
    const put = (customer: number) =>
      connection.transaction(() =>
        writes.putLeadSource({
          organizationId: organization.id,
          customerId: `c${customer}`,
          leadSource: completeLeadSource({ path: 'p'.repeat(500) }),
          precondition: {},
          actor: 'a',
          now: 1,
        }),
      );
    connection.pragma(`max_page_count = ${Number(connection.pragma('page_count')) + 20}`);
    const { written, error } = putUntilRefused(put);
    expect(translateError(error)).toMatchObject({ code: 'unavailable', message: 'The storage is full.' });
    forget();
    const { customers, interning } = createReaders(connection);
    const number = interning.organization(organization.id);
    expect(customers.find(number, `c${written - 1}`)).not.toBeNull();
    expect(customers.find(number, `c${written}`)).toBeNull();
    connection.pragma('max_page_count = 100000');
    put(written);
    expect(customers.find(number, `c${written}`)?.leadSource?.current.leadSource.path).toHaveLength(500);
    expect(connection.pragma('integrity_check')).toBe('ok');
  });
});

function putUntilRefused(put: (customer: number) => unknown): { written: number; error: unknown } {
  for (let written = 0; written < mostWrites; written++) {
    try {
      put(written);
    } catch (error) {
      return { written, error };
    }
  }
  throw new Error('The database grew on.');
}
