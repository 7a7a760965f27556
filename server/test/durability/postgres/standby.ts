import { chmod, copyFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { giveAway } from '../../support/postgres-programs.ts';
import {
  filesIn,
  type PostgresServer,
  serverDirectory,
  startPostgresIn,
} from '../../support/postgres-server.ts';

/** Of these only the directories belong to a base backup. */
const emptied = new Set(['pg_wal', 'pg_replslot', 'pg_notify', 'pg_stat_tmp', 'pg_subtrans', 'pg_dynshmem']);
const left = new Set(['postmaster.pid', 'postmaster.opts']);
const privateMode = 0o700;

/**
 * Makes a standby from a base backup of the running server, and ends when no commit of that one is acknowledged before
 * the standby has it.
 */
export async function addSynchronousStandby(primary: PostgresServer, name: string): Promise<PostgresServer> {
  const standby = await addStandby(primary, name);
  await primary.run(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`);
  await primary.run('SELECT pg_reload_conf()');
  await untilFollowed(primary, name, 'sync');
  return standby;
}

/** The same for which no commit waits: it ends when the standby follows. */
export async function addAsynchronousStandby(primary: PostgresServer, name: string): Promise<PostgresServer> {
  const standby = await addStandby(primary, name);
  await untilFollowed(primary, name, 'async');
  return standby;
}

async function addStandby(primary: PostgresServer, name: string): Promise<PostgresServer> {
  const directory = await serverDirectory();
  await backUp(primary, filesIn(directory));
  return await startPostgresIn(directory, {
    fsync: 'on',
    primary_conninfo: `host=127.0.0.1 port=${primary.port} user=postgres application_name=${name}`,
  });
}

async function untilFollowed(primary: PostgresServer, name: string, state: 'sync' | 'async'): Promise<void> {
  const following =
    "SELECT 1 FROM pg_stat_replication WHERE application_name = $1 AND sync_state = $2 AND state = 'streaming'";
  while ((await primary.run(following, [name, state])).length === 0);
}

async function backUp(primary: PostgresServer, files: string): Promise<void> {
  await using connection = await primary.connect();
  // The backup belongs to the connection that began it.
  await connection.client.query("SELECT pg_backup_start('standby', fast => true)");
  await copyFiles(primary.files, files);
  const { rows } = await connection.client.query<{ labelfile: string }>(
    'SELECT labelfile FROM pg_backup_stop(wait_for_archive => false)',
  );
  await writeOwned(join(files, 'backup_label'), rows[0]?.labelfile ?? '');
  await writeOwned(join(files, 'standby.signal'), '');
  // What the primary was told to wait for is not what this one waits for.
  await writeOwned(join(files, 'postgresql.auto.conf'), '');
}

/** While they change: what is missing or torn is mended from the log. */
async function copyFiles(from: string, to: string): Promise<void> {
  await mkdir(to, privateMode);
  await own(to);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      await copyFiles(source, target);
    } else if (entry.isFile() && !left.has(entry.name) && !isEmptied(from)) {
      await copyFile(source, target).then(() => own(target), forgiveRemoval);
    }
  }
}

function isEmptied(directory: string): boolean {
  return directory.split('/').some((name) => emptied.has(name));
}

function forgiveRemoval(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

async function writeOwned(path: string, text: string): Promise<void> {
  await writeFile(path, text);
  await own(path);
}

async function own(path: string): Promise<void> {
  await chmod(path, privateMode);
  await giveAway(path);
}
