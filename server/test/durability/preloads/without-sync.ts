import { DatabaseSync } from 'node:sqlite';

/** Loaded before the service, makes it wrong on purpose: nothing is synced, behind the back of what makes sure of it. */
const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (text) {
  if (text === 'BEGIN IMMEDIATE') exec.call(this, 'PRAGMA synchronous = OFF');
  exec.call(this, text);
};
