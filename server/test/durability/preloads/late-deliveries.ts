import { DatabaseSync, type StatementSync } from 'node:sqlite';

/**
 * Loaded before the service, makes it wrong on purpose: deliveries are not kept in the transaction that drops their
 * events, but in one of their own, so much later that a service which is killed before long never keeps them.
 */
const delayMilliseconds = 60_000;
const { prepare } = DatabaseSync.prototype;

DatabaseSync.prototype.prepare = function (text, ...others) {
  const statement = prepare.call(this, text, ...others);
  if (!text.startsWith('insert into "webhook_deliveries"')) return statement;
  const run = statement.run.bind(statement) as (...values: readonly unknown[]) => unknown;
  const late = (...values: readonly unknown[]) => {
    setTimeout(() => run(...values), delayMilliseconds).unref();
    return { changes: 1, lastInsertRowid: 0 };
  };
  statement.run = late as StatementSync['run'];
  return statement;
};
