import { expect, test } from 'vitest';
import { answering } from '../../../src/storage/postgres/answering.ts';
import { Connections } from '../../../src/storage/postgres/connections.ts';
import { ofNoOrganization } from '../../../src/storage/postgres/wall.ts';
import { freshDatabase } from '../../support/postgres.ts';

test('what was prepared and is gone, as behind an old pooler, names the setting that helps, and is prepared anew', async () => {
  const { url, drop } = await freshDatabase();
  const limits = { maximum: 1, statementTimeoutMilliseconds: 5_000 };
  const connections = new Connections({ url, prepares: true, isDistributed: false, ...limits });
  const statement = { name: 'one_for_this_test', text: 'SELECT 1 AS one', places: [] };
  const read = answering(() => connections.read(ofNoOrganization, statement, {}));
  expect(await read()).toEqual([{ one: 1 }]);
  await connections.lookUp(ofNoOrganization, async (session) => session.sendCommand('DEALLOCATE ALL'));
  await expect(read()).rejects.toThrow(/does not exist: .* LEADSOURCE_POSTGRES_PREPARE=off\.$/);
  expect(await read()).toEqual([{ one: 1 }]);
  await connections.close();
  await drop();
});
