import type { SettingAction, SettingChange } from '../../domain/setting-change.ts';
import type { SettingChangeRow } from '../schema.ts';

export function settingChangeOf(row: SettingChangeRow): SettingChange {
  return {
    action: row.action as SettingAction,
    subject: row.subject,
    actor: row.actor,
    occurredTime: row.occurred_time,
  };
}
