import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fill } from './database.ts';
import { underLoad } from './load/load.ts';
import { getRequests, putRequests } from './load/requests.ts';
import { describeLoad, say } from './report.ts';
import { startService } from './server.ts';

// Called with PUT or GET and a number of seconds: where each thread of the service spends its time under that load.
const customers = 10_000;
const shownFunctions = 40;
const [, , method = 'PUT', seconds = '5'] = process.argv;

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
  const databasePath = join(directory, 'profile.db');
  const profiles = join(directory, 'profiles');
  await mkdir(profiles);
  await fill({ databasePath, customers, touchesPerCustomer: 2 });
  {
    const nodeArguments = ['--cpu-prof', `--cpu-prof-dir=${profiles}`];
    await using service = await startService({ databasePath, nodeArguments });
    const { port, processId } = service;
    const requests = method === 'PUT' ? putRequests(customers) : getRequests(customers);
    const durationSeconds = Number(seconds);
    const load = {
      port,
      processId,
      connections: 64,
      warmUpSeconds: 1,
      durationSeconds,
      requests,
      keepAwake: false,
    };
    say(`${method}  ${describeLoad(await underLoad(load))}`);
  }
  for (const file of await readdir(profiles)) {
    const profile: Profile = JSON.parse(await readFile(join(profiles, file), 'utf8'));
    process.stdout.write(`\n${file}\n${describe(profile)}\n`);
  }
} finally {
  await rm(directory, { recursive: true });
}

/** The functions that ran longest themselves, in milliseconds and as a share of the time that the thread was busy. */
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
