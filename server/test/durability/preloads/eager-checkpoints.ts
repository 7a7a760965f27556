import { DatabaseSync } from 'node:sqlite';

/** Loaded before the service: the log is copied into the file every few transactions, instead of once in a long while. */
const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (text) {
  exec.call(this, text.replace(/wal_autocheckpoint = \d+/, 'wal_autocheckpoint = 40'));
};
