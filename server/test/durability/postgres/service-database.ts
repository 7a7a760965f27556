import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from 'pg';
import { giveAway } from '../../support/postgres-programs.ts';
import type { PostgresServer } from '../../support/postgres-server.ts';
import type { SmallDisk } from '../../support/small-disk.ts';

/** A plain role, as the service comes by; it owns its databases. */
export const serviceRole = 'leadsource';

/** Makes a database for the service on a server, and answers its URL. */
export async function makeServiceDatabase(
  server: PostgresServer,
  name = serviceRole,
  clauses = '',
): Promise<string> {
  const roles = await server.run('SELECT 1 FROM pg_roles WHERE rolname = $1', [serviceRole]);
  if (roles.length === 0) await server.run(`CREATE ROLE ${serviceRole} LOGIN`);
  await server.run(`CREATE DATABASE ${name} OWNER ${serviceRole} ${clauses}`);
  return serviceUrlOn(server, name);
}

/** Lets a database have its tables on this disk; answers what is to be said where it is made. */
export async function makeTablespace(server: PostgresServer, disk: SmallDisk): Promise<string> {
  const location = join(disk.directory, 'tables');
  await mkdir(location, 0o700);
  await giveAway(location);
  await server.run(`CREATE TABLESPACE small LOCATION '${location}'`);
  return 'TABLESPACE small';
}

/** Where such a database is on this server, or on a copy of it. */
export function serviceUrlOn({ url }: PostgresServer, name = serviceRole): string {
  const own = new URL(url);
  own.username = serviceRole;
  own.pathname = `/${name}`;
  return own.href;
}

/** Ends every connection of the service, as an operator can. */
export async function endConnections(server: PostgresServer): Promise<void> {
  await using operator = await server.connect();
  await endConnectionsBy(operator.client);
}

/** The same on a connection that is there already. */
export async function endConnectionsBy(operator: Client): Promise<void> {
  const text = 'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1';
  await operator.query(text, [serviceRole]);
}
