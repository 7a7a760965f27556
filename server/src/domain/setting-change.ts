import type { Instant } from './time.ts';

export type SettingAction =
  | 'organization-created'
  | 'organization-changed'
  | 'api-key-created'
  | 'api-key-changed'
  | 'api-key-revoked';

/** Who changed which setting, when. */
export interface SettingChange {
  readonly action: SettingAction;
  /** The id of what was changed. */
  readonly subject: string;
  /** An API key's id, a token's subject, or `operator` for one who works on the machine itself. */
  readonly actor: string;
  readonly occurredTime: Instant;
}

/** Those who need no credential, since they hold the database. */
export const operator = 'operator';
