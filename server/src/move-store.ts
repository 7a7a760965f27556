// What an operator does with a whole store beside the service: into a backup, out of one, to another engine.

export { type Backup, type BackupRequest, backUp } from './storage/sqlite/backup.ts';
export { type Restored, type RestoreRequest, restore } from './storage/sqlite/restore.ts';
export type { Step, Watch } from './storage/watch.ts';
