import type { SettingChange } from '../../domain/setting-change.ts';
import { settingChangeWrites } from '../queries/setting-change.ts';
import { enterOrganization } from './names.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';
import { type Numbers, takeTurn } from './turn.ts';

const changes = statementsOf(settingChangeWrites(query));

/** Records a change and who made it, numbered in commit order. */
export async function noteChange(session: Session, publicId: string, change: SettingChange): Promise<null> {
  const organizationId = await enterOrganization(session, publicId);
  const numbers = await takeTurnToChange(session, organizationId);
  addChange(numbers, session, organizationId, change);
  return null;
}

/** Others who change settings of the organization wait, and then decide on what this transaction leaves. */
export function takeTurnToChange(session: Session, organizationId: number): Promise<Numbers> {
  return takeTurn(session, organizationId, new Map([['setting-change', 1]]));
}

/** As `noteChange`, in a turn already taken. */
export function addChange(
  numbers: Numbers,
  session: Session,
  organizationId: number,
  change: SettingChange,
): void {
  session.send(changes.add, { organizationId, changeKey: numbers.next('setting-change'), ...change });
}
