import type { Collection, Page } from '../domain/collection.ts';
import type { Principal } from '../domain/principal.ts';
import type { SettingChange } from '../domain/setting-change.ts';
import type { OperationContext } from './context.ts';

export type SettingChangeOperations = ReturnType<typeof createSettingChangeOperations>;

export function createSettingChangeOperations({ store }: OperationContext) {
  return {
    /** Who changed which setting of the organization, newest first. */
    list(principal: Principal, page: Page): Promise<Collection<SettingChange>> {
      return store.read.settingChanges(principal.organization.id, page);
    },
  };
}
