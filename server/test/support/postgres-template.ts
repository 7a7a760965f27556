import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { openDatabase } from '../../src/storage/postgres/migrations.ts';

/** A database with the newest tables and no rows, of which others are copies: a copy is made much faster. */
export interface PostgresTemplate {
  readonly name: string;
  /** A plain role that owns it, and every copy. */
  readonly role: string;
  readonly password: string;
}

/** Makes one for a run of tests on the server of this URL, a superuser's. */
export async function makeTemplate(serverUrl: string): Promise<PostgresTemplate> {
  const name = `leadsource_template_${randomUUID().replaceAll('-', '')}`;
  const template = { name, role: name, password: randomUUID() };
  await onServer(serverUrl, [
    `CREATE ROLE ${name} LOGIN PASSWORD '${template.password}'`,
    `CREATE DATABASE ${name} OWNER ${name}`,
  ]);
  await openDatabase(urlOfRole(serverUrl, name, template), 'server');
  return template;
}

export async function dropTemplate(serverUrl: string, { name, role }: PostgresTemplate): Promise<void> {
  await onServer(serverUrl, [`DROP DATABASE ${name} WITH (FORCE)`, `DROP ROLE ${role}`]);
}

/** Where a role finds a database of a server. */
export function urlOfRole(
  serverUrl: string,
  database: string,
  { role, password }: Pick<PostgresTemplate, 'role' | 'password'>,
): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  url.username = role;
  url.password = password;
  return url.href;
}

/** Sends statements, one after the other, on one connection; answers the rows of the last. */
async function onServer(
  url: string,
  statements: readonly string[],
  values: readonly unknown[] = [],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    let rows: Readonly<Record<string, unknown>>[] = [];
    for (const statement of statements) rows = (await client.query(statement, [...values])).rows;
    return rows;
  } finally {
    await client.end();
  }
}
