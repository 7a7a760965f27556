import { sql } from 'kysely';
import { Connection, query } from '../../src/storage/sqlite/connection.ts';
import { migrate, migrations } from '../../src/storage/sqlite/migrations.ts';

/** A program that brings a database to the version after the newest: what a coming version of the service does. */
const [, , path = ''] = process.argv;
const coming = {
  name: 'a colour for customers',
  statements: () => [sql`alter table customers add column colour text`.compile(query)],
};
using connection = new Connection({ path, readOnly: false });
migrate(connection, path, [...migrations, coming]);
