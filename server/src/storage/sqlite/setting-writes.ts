import { changeApiKey } from '../../domain/api-key.ts';
import { Failure } from '../../domain/failure.ts';
import { changeOrganization } from '../../domain/organization.ts';
import { operator, type SettingAction } from '../../domain/setting-change.ts';
import {
  changeOfSetting,
  changeSetting,
  firstVersion,
  type SettingName,
  type SettingVersion,
} from '../../domain/setting-version.ts';
import type { Instant } from '../../domain/time.ts';
import type { SettingWrite, Writes } from '../store.ts';
import { ApiKeyWriter } from './api-key.ts';
import type { Connection } from './connection.ts';
import type { Numbering } from './interning.ts';
import { OrganizationWriter } from './organization.ts';
import type { Readers } from './readers.ts';
import { SettingChangeWriter } from './setting-change.ts';
import { SettingVersionWriter } from './setting-version.ts';
import { SigningKeyWriter } from './signing-key.ts';

export type SettingWrites = Pick<
  Writes,
  | 'createOrganization'
  | 'changeOrganization'
  | 'initialize'
  | 'createApiKey'
  | 'changeApiKey'
  | 'deleteApiKey'
  | 'noteApiKeyUse'
  | 'noteMintedToken'
  | 'ensureSigningKey'
  | 'putChannelRules'
  | 'putLandingSettings'
  | 'putPrivacySettings'
  | 'putAffiliateSettings'
>;

/** Creates a version unless nothing changes; returns the one in force, and whether it is new. */
export type PutSetting = <Name extends SettingName>(
  setting: Name,
  write: SettingWrite<Name>,
) => { readonly after: SettingVersion<Name>; readonly isNew: boolean };

interface Change {
  readonly action: SettingAction;
  readonly subject: string;
  readonly actor: string;
  readonly now: Instant;
}

/** The writes on organizations, keys and settings; each records who made it. */
export function settingWrites(
  connection: Connection,
  readers: Readers,
  numbering: Numbering,
): { readonly writes: SettingWrites; readonly putSetting: PutSetting } {
  const organizations = new OrganizationWriter(connection);
  const apiKeys = new ApiKeyWriter(connection);
  const signingKeys = new SigningKeyWriter(connection);
  const changes = new SettingChangeWriter(connection, numbering);
  const versions = new SettingVersionWriter(connection);
  const { interning } = readers;
  const note = (organizationId: string, { now, ...change }: Change): null => {
    changes.add(interning.organization(organizationId), { ...change, occurredTime: now });
    return null;
  };
  const putSetting: PutSetting = (setting, { organizationId, actor, now, ...request }) => {
    const organization = interning.organization(organizationId);
    const before: SettingVersion<typeof setting> =
      readers.settingVersions.find(organization, setting, null) ?? firstVersion;
    const after = changeSetting(before, request, { actor, now });
    if (after === before) return { after, isNew: false };
    versions.add(organization, setting, after);
    changes.add(organization, changeOfSetting(setting, after.version, { actor, now }));
    return { after, isNew: true };
  };
  const writes: SettingWrites = {
    createOrganization({ organization, actor }) {
      organizations.add(organization);
      const { id, createdTime: now } = organization;
      return note(id, { action: 'organization-created', subject: id, actor, now });
    },
    changeOrganization({ organizationId, change, actor, now }) {
      const before = readers.organizations.find(organizationId);
      if (before === null) throw new Failure('not-found', 'No such organization.');
      const after = changeOrganization(before, change, now);
      organizations.update(after);
      note(organizationId, { action: 'organization-changed', subject: organizationId, actor, now });
      return after;
    },
    initialize({ organization, key, secretHash }) {
      if (readers.organizations.list().length > 0) return { initialized: false };
      writes.createOrganization({ organization, actor: operator });
      writes.createApiKey({ key, secretHash, actor: operator });
      return { initialized: true };
    },
    createApiKey({ key, secretHash, actor }) {
      apiKeys.add(interning.organization(key.organizationId), key, secretHash);
      return note(key.organizationId, {
        action: 'api-key-created',
        subject: key.id,
        actor,
        now: key.createdTime,
      });
    },
    changeApiKey({ organizationId, keyId, request, giver, actor, now }) {
      const organization = interning.organization(organizationId);
      const before = readers.apiKeys.find(organization, keyId);
      if (before === null) throw new Failure('not-found', 'No such API key.');
      const after = changeApiKey(before, request, giver, now);
      apiKeys.update(organization, after);
      note(organizationId, { action: 'api-key-changed', subject: keyId, actor, now });
      return after;
    },
    deleteApiKey({ organizationId, keyId, actor, now }) {
      apiKeys.remove(interning.organization(organizationId), keyId);
      return note(organizationId, { action: 'api-key-revoked', subject: keyId, actor, now });
    },
    noteApiKeyUse({ organizationId, keyId, usedTime }) {
      apiKeys.noteUse(interning.organization(organizationId), keyId, usedTime);
      return null;
    },
    noteMintedToken: ({ organizationId, ...minted }) =>
      note(organizationId, { action: 'token-minted', ...minted }),
    putChannelRules: (input) => putSetting('channel-rules', input).after,
    putLandingSettings: (input) => putSetting('landing-settings', input).after,
    putPrivacySettings: (input) => putSetting('privacy-settings', input).after,
    putAffiliateSettings: (input) => putSetting('affiliate-settings', input).after,
    ensureSigningKey({ key }) {
      const [newest] = readers.signingKeys.list();
      if (newest !== undefined) return newest;
      signingKeys.add(key);
      return key;
    },
  };
  return { writes, putSetting };
}
