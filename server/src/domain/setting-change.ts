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

/** Who changed which setting, and when. */
export interface SettingChange {
  readonly action: SettingAction;
  /** The id of what was changed, the subject of the minted token, or the number of the new version. */
  readonly subject: string;
  /** A principal's actor; `operator` for someone who works on the machine itself; `leadsource` for the service. */
  readonly actor: string;
  readonly occurredTime: Instant;
}

/** The actor of those who need no credential, since they have the database. */
export const operator = 'operator';

/** The actor of what the service does by itself. */
export const service = 'leadsource';
