import { execFile } from 'node:child_process';
import { rename } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  filesIn,
  serverDirectory,
  startPostgres,
  startPostgresIn,
} from '../../../server/test/support/postgres-server.ts';
import type { FillPlan } from '../arrivals.ts';
import { makeOrCopy } from '../kept.ts';
import { say } from '../report.ts';
import { type Cluster, clusterOn, durableSettings, makeRoles, stopUnless } from './cluster.ts';
import type { PostgresDatabase } from './database.ts';

/** A fill needs no durability: one that breaks off is begun again. */
const fillSettings = {
  ...durableSettings,
  fsync: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
} as const;

/**
 * Starts a server with a database for each plan, under its name: filled on the spot, or copied from `keep` (see `makeOrCopy`).
 */
export function startFilledCluster(
  plans: Readonly<Record<string, FillPlan>>,
  keep: string | null,
): Promise<Cluster> {
  const touches = Object.values(plans).map((plan) => plan.touches);
  const fillings = Object.entries(plans).map(([name, plan]): [string, Filling] => [
    name,
    (database) => fillInBulk(database, plan),
  ]);
  return startKeptCluster(`postgres-${touches.join('-')}`, Object.fromEntries(fillings), keep);
}

/** Fills a new database. The caller settles it afterwards. */
export type Filling = (database: PostgresDatabase) => Promise<void>;

/** Starts a server with a database of each name: filled on the spot, or copied from `keep` (see `makeOrCopy`). */
export async function startKeptCluster(
  name: string,
  fillings: Readonly<Record<string, Filling>>,
  keep: string | null,
): Promise<Cluster> {
  const directory = await serverDirectory();
  await makeOrCopy(keep, name, filesIn(directory), (files) => makeFiles(fillings, files));
  const server = await startPostgresIn(directory, durableSettings);
  return stopUnless(server, () => clusterOn(server));
}

/** Fills a server made for this, and leaves its files at `files`. */
async function makeFiles(fillings: Readonly<Record<string, Filling>>, files: string): Promise<void> {
  await using server = await startPostgres(fillSettings);
  await makeRoles(server);
  const cluster = await clusterOn(server);
  for (const [name, fillDatabase] of Object.entries(fillings)) {
    const start = performance.now();
    const database = await cluster.create(name);
    await fillDatabase(database);
    await database.settle();
    say(`  ${name} filled in ${((performance.now() - start) / 1000).toFixed(0)} s`);
  }
  // Everything has been in the files since the last database was settled, so a crash loses nothing.
  await server.crash();
  await rename(server.files, files);
}

async function fillInBulk(database: PostgresDatabase, plan: FillPlan): Promise<void> {
  const { customers, touches, organizations } = plan;
  const counts = [customers, touches, organizations].map(String);
  const urls = [database.url, database.superuserUrl];
  await promisify(execFile)(process.execPath, [bulkProgram, ...counts, ...urls], { env: {} });
}

const bulkProgram = fileURLToPath(new URL('../fill-bulk.ts', import.meta.url));
