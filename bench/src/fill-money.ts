import { Client } from 'pg';
import { readConfig } from '../../server/src/config.ts';
import { openStore } from '../../server/src/open-store.ts';
import { Connection, query } from '../../server/src/storage/sqlite/connection.ts';
import { fillMoney } from './money/fill.ts';
import { moneyPlan } from './money/plan.ts';
import { fileSink, postgresSink } from './money/sinks.ts';
import { makeOrganizations } from './organizations.ts';

// Called with the number of conversions and the URL of a new database; on PostgreSQL also with a superuser's URL.
const [conversions = '0', url = '', superuserUrl] = process.argv.slice(2);
const plan = moneyPlan(Number(conversions));

{
  await using store = await openStore(readConfig({ DATABASE_URL: url }), 'server', (reason) => {
    throw new Error(reason);
  });
  await makeOrganizations(store, 1);
}
if (superuserUrl === undefined) {
  using connection = new Connection({ path: url.replace('sqlite:', ''), readOnly: false });
  const [only] = connection.all(query.selectFrom('organizations').select('organization_id'));
  await fillMoney(fileSink(connection), plan, only?.organization_id ?? 0);
  connection.emptyLog();
} else {
  const client = new Client({ connectionString: superuserUrl });
  await client.connect();
  const { rows } = await client.query('SELECT organization_id FROM organizations');
  await fillMoney(postgresSink(client), plan, Number(rows[0]?.organization_id));
  await client.end();
}
