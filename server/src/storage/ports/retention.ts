import type { AgeLimits } from '../../domain/retention.ts';
import type { SettingVersion } from '../../domain/setting-version.ts';
import type { Instant } from '../../domain/time.ts';
import type { OwnedTouchKey } from './import.ts';
import type { SettingWrite } from './write.ts';

export interface RetentionReads {
  /** Examines `limit` touches after a given one, in key order, and finds those that are too old. */
  agedTouches(
    organizationId: string,
    limits: AgeLimits,
    after: OwnedTouchKey | null,
    limit: number,
  ): Promise<AgedTouches>;
  /** How many unlinked visitors `expireVisitors` would forget at `now`. */
  agedVisitorCount(organizationId: string, keptDays: number, now: Instant): Promise<number>;
}

export interface RetentionWrites {
  /** As `putChannelRules`. */
  putPrivacySettings(input: SettingWrite<'privacy-settings'>): SettingVersion<'privacy-settings'>;
}

export interface AgedTouches {
  readonly toRemove: readonly OwnedTouchKey[];
  /** Those old enough to be stripped that still have details. */
  readonly toStrip: readonly OwnedTouchKey[];
  /** The last touch examined; null if none can follow it. */
  readonly next: OwnedTouchKey | null;
}
