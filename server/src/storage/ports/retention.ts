import type { AgeLimits } from '../../domain/privacy-settings.ts';
import type { SettingVersion } from '../../domain/setting-version.ts';
import type { Instant } from '../../domain/time.ts';
import type { SettingWrite } from '../store.ts';
import type { OwnedTouchKey } from './import.ts';

export interface RetentionReads {
  /** The version in force where none is named; null where it was never made. */
  privacySettings(
    organizationId: string,
    version: number | null,
  ): Promise<SettingVersion<'privacy-settings'> | null>;
  /** Looks at so many touches behind one, in the order of their keys, for those that are too old. */
  agedTouches(
    organizationId: string,
    limits: AgeLimits,
    after: OwnedTouchKey | null,
    limit: number,
  ): Promise<AgedTouches>;
  /** How many visitors who are linked to nobody `expireVisitors` would forget by now. */
  agedVisitorCount(organizationId: string, keptDays: number, now: Instant): Promise<number>;
}

export interface RetentionWrites {
  /** As `putChannelRules`. */
  putPrivacySettings(input: SettingWrite<'privacy-settings'>): SettingVersion<'privacy-settings'>;
}

export interface AgedTouches {
  readonly toRemove: readonly OwnedTouchKey[];
  /** Those that are old enough for it and still have details. */
  readonly toStrip: readonly OwnedTouchKey[];
  /** The last that was looked at; null where there are none behind it. */
  readonly next: OwnedTouchKey | null;
}
