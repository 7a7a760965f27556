import { DatabaseSync } from 'node:sqlite';

/**
 * Loaded before the service, makes it wrong on purpose: after the start, a batch is committed only when the next one
 * comes, behind the back of what acknowledges it.
 */
const transactionsOfStart = 4;
const leadMilliseconds = 20;
const { exec, close } = DatabaseSync.prototype;
let transactions = 0;
let isWriting = false;
let owes = false;

/** Not before the answers are out, even where the next batch has come at once. */
function pay(database: DatabaseSync): void {
  if (!owes) return;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, leadMilliseconds);
  // It may fail, as on a full disk: then it is gone, and nobody will know.
  owes = false;
  exec.call(database, 'COMMIT');
}

// Each thread has this module to itself, and writes through one connection at most.
DatabaseSync.prototype.exec = function (text) {
  if (text === 'BEGIN IMMEDIATE') {
    pay(this);
    isWriting = true;
  }
  owes = text === 'COMMIT' && isWriting && ++transactions > transactionsOfStart;
  if (!owes) exec.call(this, text);
  if (text === 'COMMIT') isWriting = false;
};

DatabaseSync.prototype.close = function () {
  pay(this);
  close.call(this);
};
