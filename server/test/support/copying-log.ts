// Makes the log of the database file argv[2] long, has it copied beside, and says what became of that.
import { Connection, longLogPages } from '../../src/storage/sqlite/connection.ts';
import { LogCopying } from '../../src/storage/sqlite/log-copying.ts';

const [, , path = ''] = process.argv;
const connection = new Connection({ path, readOnly: false });
const copying = new LogCopying(path, connection, (reason) => process.stdout.write(`lost: ${reason}\n`));
const text = `insert into pieces
  with recursive counted (place) as (select 1 union all select place + 1 from counted where place < ${longLogPages})
  select zeroblob(1500) from counted`;
connection.transaction(() => connection.run({ compile: () => ({ sql: text, parameters: [] }) } as never));
copying.goOn();
await copying.close();
process.stdout.write('ended\n');
