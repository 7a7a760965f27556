import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Database, fileDatabase, fill } from './database.ts';
import { backFill, backFillBodies, linesPerCall } from './load/back-fill.ts';
import { underLoad } from './load/load.ts';
import { meetOrganizations } from './load/meet.ts';
import { getRequests, putRequests } from './load/requests.ts';
import { startCluster } from './postgres/cluster.ts';
import { describeLoad, say } from './report.ts';
import { type Server, startPlain, startService } from './server.ts';

// Called with PUT, GET or POST and a number of seconds, it shows where each thread of the service spends its time under that
// load. POST sends bulk calls, one after the other. `--postgres` runs on PostgreSQL; `--plain` does too, with each PUT as a
// statement and a commit of its own.
const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    postgres: { type: 'boolean', default: false },
    plain: { type: 'boolean', default: false },
    organizations: { type: 'string', default: '1' },
    connections: { type: 'string', default: '64' },
  },
});
const [method = 'PUT', seconds = '5'] = positionals;
const population = { customers: 10_000, organizations: Number(values.organizations) };
const shownFunctions = 40;

interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const directory = await mkdtemp(join(tmpdir(), 'leadsource-profile-'));
try {
  if (values.postgres || values.plain) {
    await using cluster = await startCluster();
    const database = await cluster.create('profile');
    await fill(database, { ...population, touches: 2 * population.customers });
    await database.settle();
    await profile(database);
  } else {
    const database = fileDatabase(join(directory, 'profile.db'));
    await fill(database, { ...population, touches: 2 * population.customers });
    await profile(database);
  }
} finally {
  await rm(directory, { recursive: true });
}

async function profile(database: Database): Promise<void> {
  const profiles = join(directory, 'profiles');
  await mkdir(profiles);
  await load(database, ['--cpu-prof', `--cpu-prof-dir=${profiles}`]);
  for (const file of await readdir(profiles)) {
    const recorded: Profile = JSON.parse(await readFile(join(profiles, file), 'utf8'));
    process.stdout.write(`\n${file}\n${describe(recorded)}\n`);
  }
}

/** When it returns, the server has stopped and written its profiles. */
async function load(database: Database, nodeArguments: readonly string[]): Promise<void> {
  await using server = await (values.plain ? startPlain : startService)(database, nodeArguments);
  if (method === 'POST') return await backFillFor(Number(seconds), server);
  await meetOrganizations(server, population.organizations);
  const outcome = await underLoad({
    servers: [server],
    connections: Number(values.connections),
    warmUpSeconds: 1,
    durationSeconds: Number(seconds),
    requests: method === 'PUT' ? putRequests(population) : getRequests(population),
    keepAwake: false,
  });
  say(`${method}  ${describeLoad(outcome)}`);
}

async function backFillFor(seconds: number, { port }: Server): Promise<void> {
  const plan = { customers: 1_000_000, touches: 2_000_000, organizations: 1 };
  const until = performance.now() + seconds * 1000;
  for (let kept = 0; performance.now() < until; ) {
    const start = performance.now();
    const bodies = backFillBodies(plan, kept, kept + linesPerCall);
    const sent = performance.now();
    kept += await backFill(port, bodies);
    const rate = (linesPerCall / (performance.now() - sent)) * 1000;
    say(`POST  ${rate.toFixed(0)} lines/s, made in ${(sent - start).toFixed(0)} ms`);
  }
}

/** The functions with the most time of their own, in milliseconds and as a share of the thread's busy time. */
function describe({ nodes, samples, timeDeltas }: Profile): string {
  const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
  const times = new Map<string, number>();
  samples.forEach((id, place) => {
    const name = names.get(id) ?? '?';
    times.set(name, (times.get(name) ?? 0) + (timeDeltas[place] ?? 0) / 1000);
  });
  const idle = times.get('(idle)') ?? 0;
  const busy = [...times.values()].reduce((sum, time) => sum + time, 0) - idle;
  const longest = [...times]
    .filter(([name]) => name !== '(idle)')
    .toSorted(([, one], [, other]) => other - one)
    .slice(0, shownFunctions);
  const lines = longest.map(
    ([name, time]) =>
      `${time.toFixed(0).padStart(7)} ms ${((time / busy) * 100).toFixed(1).padStart(5)} %  ${name}`,
  );
  return [`busy ${busy.toFixed(0)} ms, idle ${idle.toFixed(0)} ms`, ...lines].join('\n');
}

function nameOf({ functionName, url, lineNumber }: Profile['nodes'][number]['callFrame']): string {
  return url === '' ? functionName : `${functionName || '(anonymous)'} ${basename(url)}:${lineNumber + 1}`;
}
