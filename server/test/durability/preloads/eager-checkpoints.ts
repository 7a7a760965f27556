import { DatabaseSync } from 'node:sqlite';

/**
 * Loaded before the service: the log is copied into the file every few batches, instead of once in a long while. By turns a
 * thread of its own copies it, as where it is long; and the thread that writes, as where little is left, or where it is too long.
 */
const batchesBetweenCopies = 4;
const long = { pages: 20_000, copied: 0 };
const nearlyCopied = { pages: 20_000, copied: 19_900 };
const tooLong = { pages: 1_000_000, copied: 0 };
const lengths = [long, nearlyCopied, long, tooLong];
const short = { pages: 0, copied: 0 };
const { prepare } = DatabaseSync.prototype;
let batches = 0;

function length() {
  const copies = batches / batchesBetweenCopies;
  return Number.isInteger(copies) ? (lengths[(copies - 1) % lengths.length] ?? short) : short;
}

DatabaseSync.prototype.prepare = function (text, options) {
  if (text !== 'PRAGMA wal_checkpoint(NOOP)') return prepare.call(this, text, options);
  this.function('pages_to_tell', () => {
    batches += 1;
    return length().pages;
  });
  this.function('copied_to_tell', () => length().copied);
  return prepare.call(this, 'SELECT pages_to_tell() AS log, copied_to_tell() AS checkpointed', options);
};
