import type { Instant } from './time.ts';

export const settingActions = [
  'organization-created',
  'organization-changed',
  'api-key-created',
  'api-key-changed',
  'api-key-revoked',
  'token-minted',
  'channel-rules-changed',
  'landing-settings-changed',
  'attribution-settings-changed',
  'privacy-settings-changed',
  'affiliate-settings-changed',
  'webhook-created',
  'webhook-changed',
  'webhook-deleted',
  'webhook-secret-rotated',
  'webhook-deactivated',
] as const;
export type SettingAction = (typeof settingActions)[number];

/** Who changed which setting, when. */
export interface SettingChange {
  readonly action: SettingAction;
  /** The id of what was changed, the subject of the token that was minted, or the version that was made. */
  readonly subject: string;
  /** A principal's actor, or `operator` for one who works on the machine itself. */
  readonly actor: string;
  readonly occurredTime: Instant;
}

/** Those who need no credential, since they hold the database. */
export const operator = 'operator';

/** What the service did by itself. */
export const service = 'leadsource';
