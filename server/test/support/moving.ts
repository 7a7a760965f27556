// Moves the database file argv[2] to the PostgreSQL database argv[3], a few rows at a time, and says after each how far it is.
import { moveStore } from '../../src/move-store.ts';

const [, , path = '', url = ''] = process.argv;
await moveStore({
  path,
  url,
  prepares: true,
  rowsOfBatch: 7,
  watch: (step, done) => process.stdout.write(`${step} ${done}\n`),
  now: () => 0,
  onWarning: () => undefined,
});
process.stdout.write('moved\n');
