import { Failure } from '../domain/failure.ts';
import type { Principal } from '../domain/principal.ts';
import {
  firstVersion,
  type SettingName,
  type SettingRequest,
  type SettingVersion,
} from '../domain/setting-version.ts';
import type { SettingWrite } from '../storage/store.ts';
import type { OperationContext } from './context.ts';

/** How one of the settings whose versions are kept is read and written. */
export interface SettingDoor<Name extends SettingName> {
  /** The version in force where none is named; null where it was never made. */
  read(organizationId: string, version: number | null): Promise<SettingVersion<Name> | null>;
  write(input: SettingWrite<Name>): Promise<SettingVersion<Name>>;
  /** Called when the setting of an organization may have changed. */
  onChange(organizationId: string): void;
}

export function createSettingVersions<Name extends SettingName>(
  { now }: OperationContext,
  { read, write, onChange }: SettingDoor<Name>,
) {
  return {
    /** The version in force. */
    async newest({ organization }: Principal): Promise<SettingVersion<Name>> {
      return (await read(organization.id, null)) ?? firstVersion;
    },

    /** Fails with `not-found` for a version that was never made. */
    async find({ organization }: Principal, version: number): Promise<SettingVersion<Name>> {
      const kept = await read(organization.id, version);
      if (kept !== null) return kept;
      if (version === firstVersion.version) return firstVersion;
      throw new Failure('not-found', 'No such version.');
    },

    /** Makes a version unless nothing changes; answers the one in force. Fails with `conflict`, `precondition-failed`. */
    async put(
      { organization, actor }: Principal,
      request: SettingRequest<Name>,
    ): Promise<SettingVersion<Name>> {
      const kept = await write({ organizationId: organization.id, actor, now: now(), ...request });
      onChange(organization.id);
      return kept;
    },
  };
}
