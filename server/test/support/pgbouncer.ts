import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { giveAway, unprivileged } from './postgres-programs.ts';
import { freePort } from './postgres-server.ts';

const program = 'pgbouncer';

/** Why PgBouncer cannot be used here; null where it can. */
export async function lackOfPgBouncer(): Promise<string | null> {
  const asked = spawn(program, ['--version'], { ...unprivileged, stdio: 'ignore' });
  const [code] = await once(asked, 'exit').catch(() => [null]);
  return code === 0 ? null : 'pgbouncer is not installed';
}

export interface PgBouncer extends AsyncDisposable {
  /** A database's URL with PgBouncer in the server's place. */
  urlOf(databaseUrl: string): string;
}

/**
 * Puts PgBouncer before all databases of the server that the role of this URL owns, in transaction mode, with so many
 * connections to the server for each.
 */
export async function startPgBouncer(databaseUrl: string, connections: number): Promise<PgBouncer> {
  const { hostname, port, username, password } = new URL(databaseUrl);
  const directory = await mkdtemp(join(tmpdir(), 'leadsource-pgbouncer-'));
  const ownPort = String(await freePort());
  const users = join(directory, 'users.txt');
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: ownPort,
    unix_socket_dir: '',
    auth_type: 'scram-sha-256',
    auth_file: users,
    pool_mode: 'transaction',
    default_pool_size: connections,
    max_client_conn: 200,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const file = join(directory, 'pgbouncer.ini');
  await writeFile(file, `[databases]\n* = host=${hostname} port=${port}\n[pgbouncer]\n${lines.join('\n')}\n`);
  await writeFile(users, `"${username}" "${password}"\n`);
  await giveAway(directory, file, users);
  const bouncer = spawn(program, [file], { ...unprivileged, stdio: ['ignore', 'ignore', 'pipe'] });
  const up = Promise.withResolvers<void>();
  const said: string[] = [];
  createInterface({ input: bouncer.stderr }).on('line', (line) => {
    said.push(line);
    if (line.includes('process up')) up.resolve();
  });
  bouncer.once('exit', () => up.reject(new Error(`PgBouncer ended: ${said.join('\n')}`)));
  await up.promise;
  return {
    urlOf(url) {
      const own = new URL(url);
      own.port = ownPort;
      return own.href;
    },
    async [Symbol.asyncDispose]() {
      const exited = once(bouncer, 'exit');
      bouncer.kill('SIGTERM');
      await exited;
      await rm(directory, { recursive: true });
    },
  };
}
