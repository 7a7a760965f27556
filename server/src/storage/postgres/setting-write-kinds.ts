import type { CustomerWriteKind } from '../customer-writes.ts';
import type { WriteKind, Writes } from '../store.ts';
import type { Names } from './names.ts';
import type { Session } from './session.ts';

export type SettingWriteKind = Exclude<WriteKind, CustomerWriteKind | 'addTouches'>;

/** The writes on anything but customers, each to be run in a transaction of its own. */
export type SettingWrites = {
  readonly [Kind in SettingWriteKind]: (
    session: Session,
    input: Parameters<Writes[Kind]>[0],
    names: Names,
  ) => Promise<ReturnType<Writes[Kind]>>;
};
