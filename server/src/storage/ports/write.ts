import type { Once } from '../../domain/idempotency.ts';
import type { SettingName, SettingRequest } from '../../domain/setting-version.ts';
import type { Instant } from '../../domain/time.ts';

/** What every write on a customer is given. */
export interface CustomerWrite {
  /** Set to make the write idempotent: a repeat returns the first answer. Not for writes that return null. */
  readonly once?: Once | undefined;
  readonly organizationId: string;
  readonly customerId: string;
  readonly actor: string;
  readonly now: Instant;
}

/** What every write of a setting is given. */
export interface SettingWrite<Name extends SettingName> extends SettingRequest<Name> {
  readonly organizationId: string;
  readonly actor: string;
  readonly now: Instant;
}
