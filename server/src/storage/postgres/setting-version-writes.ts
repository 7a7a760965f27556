import {
  changeOfSetting,
  changeSetting,
  firstVersion,
  type SettingName,
  type SettingVersion,
} from '../../domain/setting-version.ts';
import { settingVersionReads, settingVersionWrites } from '../queries/setting-version.ts';
import { settingVersionArguments, settingVersionOf } from '../rows/setting-version.ts';
import type { SettingWrite } from '../store.ts';
import { enterOrganization } from './names.ts';
import { query, statementsOf } from './query.ts';
import type { Session } from './session.ts';
import { addChange, takeTurnToChange } from './setting-change.ts';

const settingVersions = statementsOf({ ...settingVersionReads(query), ...settingVersionWrites(query) });

/** Creates a version unless nothing changes; returns the one in force, and whether it is new. */
export async function putSetting<Name extends SettingName>(
  session: Session,
  setting: Name,
  { organizationId, actor, now, ...request }: SettingWrite<Name>,
): Promise<{ organization: number; after: SettingVersion<Name>; isNew: boolean }> {
  const organization = await enterOrganization(session, organizationId);
  const numbers = await takeTurnToChange(session, organization);
  const row = await session.get(settingVersions.newest, { organizationId: organization, setting });
  const before = row === undefined ? firstVersion : settingVersionOf<Name>(row);
  const after = changeSetting(before, request, { actor, now });
  if (after === before) return { organization, after, isNew: false };
  session.send(settingVersions.add, settingVersionArguments(organization, setting, after));
  addChange(numbers, session, organization, changeOfSetting(setting, after.version, { actor, now }));
  return { organization, after, isNew: true };
}
