import type { AffiliateSettings } from './affiliate-settings.ts';
import type { OwnAttributionSettings } from './attribution-settings.ts';
import type { ChannelRule } from './channel-rules.ts';
import { Failure } from './failure.ts';
import type { OwnLandingSettings } from './landing-settings.ts';
import { holds, type Precondition } from './precondition.ts';
import type { OwnPrivacySettings } from './privacy-settings.ts';
import type { SettingChange } from './setting-change.ts';
import type { Instant } from './time.ts';

/** The settings whose every version is kept, so that whatever was derived from one can be explained. */
export interface VersionedSettings {
  'channel-rules': readonly ChannelRule[];
  'landing-settings': OwnLandingSettings;
  'attribution-settings': OwnAttributionSettings;
  'privacy-settings': OwnPrivacySettings;
  'affiliate-settings': AffiliateSettings;
}

export type SettingName = keyof VersionedSettings;

/** A setting as it stood for an organization from one change to the next. */
export interface SettingVersion<Name extends SettingName> {
  /** Numbers the organization's versions of the setting, from 1 on. */
  readonly version: number;
  /** Null for the program's default. */
  readonly content: VersionedSettings[Name] | null;
  /** Who made it, and when; both null for the version that every organization begins with. */
  readonly actor: string | null;
  readonly createdTime: Instant | null;
}

/** What every organization begins with. */
export const firstVersion = { version: 1, content: null, actor: null, createdTime: null } as const;

export interface SettingRequest<Name extends SettingName> {
  /** Null returns to the program's default. */
  readonly content: VersionedSettings[Name] | null;
  /** The version that the change was made from; null where its maker does not state it. */
  readonly basedOn: number | null;
  readonly precondition: Precondition;
}

/** The entity tag of a version (RFC 9110, section 8.8.3). */
export function settingEntityTag({ version }: Pick<SettingVersion<SettingName>, 'version'>): string {
  return `"${version}"`;
}

/**
 * The version after a change; the one before where nothing changes. Fails with `precondition-failed`, and with `conflict` where
 * the change was made from another version.
 */
export function changeSetting<Name extends SettingName>(
  before: SettingVersion<Name>,
  { content, basedOn, precondition }: SettingRequest<Name>,
  { actor, now }: { readonly actor: string; readonly now: Instant },
): SettingVersion<Name> {
  if (!holds(precondition, settingEntityTag(before))) {
    throw new Failure('precondition-failed', 'The setting is not the one that the request asks for.');
  }
  if (basedOn !== null && basedOn !== before.version) {
    throw new Failure('conflict', `Version ${before.version} is in force, not ${basedOn}.`);
  }
  if (JSON.stringify(content) === JSON.stringify(before.content)) return before;
  return { version: before.version + 1, content, actor, createdTime: now };
}

/** The entry that a new version leaves among the changes of settings. */
export function changeOfSetting(
  name: SettingName,
  version: number,
  { actor, now }: { readonly actor: string; readonly now: Instant },
): SettingChange {
  return { action: `${name}-changed`, subject: String(version), actor, occurredTime: now };
}
