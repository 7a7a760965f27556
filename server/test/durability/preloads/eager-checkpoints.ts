import { DatabaseSync } from 'node:sqlite';

/** Loaded before the service: the log is copied into the file every few batches, instead of once in a long while. */
const batchesBetweenCopies = 4;
const { prepare } = DatabaseSync.prototype;
let batches = 0;

DatabaseSync.prototype.prepare = function (text, options) {
  if (text !== 'PRAGMA wal_checkpoint(NOOP)') return prepare.call(this, text, options);
  this.function('length_to_tell', () => (++batches % batchesBetweenCopies === 0 ? 1_000_000 : 0));
  return prepare.call(this, 'SELECT length_to_tell() AS log', options);
};
