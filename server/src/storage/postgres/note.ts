import type { SettingChange } from '../../domain/setting-change.ts';
import { settingChangeWrites } from '../queries/setting-change.ts';
import { enterOrganization } from './names.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';
import { takeTurn } from './turn.ts';

const changes = statementsOf(settingChangeWrites(query));

/** Keeps who did it, numbered in the order of the commits. */
export async function note(session: Session, publicId: string, change: SettingChange): Promise<null> {
  const organizationId = await enterOrganization(session, publicId);
  const numbers = await takeTurn(session, organizationId, new Map([['setting-change', 1]]));
  session.send(changes.add, { organizationId, changeKey: numbers.next('setting-change'), ...change });
  return null;
}
