import type { Collection, Page } from '../../domain/collection.ts';
import type { SettingAction, SettingChange } from '../../domain/setting-change.ts';
import { type Connection, parameter, query } from './connection.ts';
import type { Numbering } from './interning.ts';

export class SettingChangeReader {
  readonly #statements: ReturnType<typeof readStatements>;

  constructor(connection: Connection) {
    this.#statements = readStatements(connection);
  }

  /** Newest first. */
  list(organizationId: number, { limit, offset }: Page): Collection<SettingChange> {
    const items = this.#statements.list.all({ organizationId, limit, offset }).map((row) => ({
      action: row.action as SettingAction,
      subject: row.subject,
      actor: row.actor,
      occurredTime: row.occurred_time,
    }));
    return { items, total: this.#statements.count.get({ organizationId })?.total ?? 0 };
  }
}

/** Keeps changes of settings in the transaction of the change itself. */
export class SettingChangeWriter {
  readonly #numbering: Numbering;
  readonly #add: ReturnType<typeof prepareAdd>;

  constructor(connection: Connection, numbering: Numbering) {
    this.#numbering = numbering;
    this.#add = prepareAdd(connection);
  }

  add(organizationId: number, change: SettingChange): void {
    const changeKey = this.#numbering.nextKey(organizationId, 'setting-change');
    this.#add.run({ organizationId, changeKey, ...change });
  }
}

function readStatements(connection: Connection) {
  const ofOrganization = query
    .selectFrom('setting_changes')
    .where('organization_id', '=', parameter<number>('organizationId'));
  return {
    list: connection.prepare(
      ofOrganization
        .selectAll()
        .orderBy('change_key', 'desc')
        .limit(parameter<number>('limit'))
        .offset(parameter<number>('offset')),
    ),
    count: connection.prepare(ofOrganization.select(({ fn }) => fn.countAll<number>().as('total'))),
  };
}

function prepareAdd(connection: Connection) {
  return connection.prepare(
    query.insertInto('setting_changes').values({
      organization_id: parameter('organizationId'),
      change_key: parameter('changeKey'),
      action: parameter('action'),
      subject: parameter('subject'),
      actor: parameter('actor'),
      occurred_time: parameter('occurredTime'),
    }),
  );
}
