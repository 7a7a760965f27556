import { beforeAll, describe, expect } from 'vitest';
import { countOf } from '../support/counts.ts';
import { testNeeding } from '../support/requirements.ts';
import { lackOfStrace } from '../support/strace.ts';
import {
  type Disturbance,
  type DisturbedRun,
  disturb,
  type FaultPoint,
  findPoints,
  killing,
  nameOf,
} from './system-call-faults.ts';

/** Errors that a run goes on after come again at every so manyth call: in so many runs, each call fails once. */
const step = 20;
const errors = ['error=EIO', 'error=ENOSPC'];
/** What a disk answers that is made read-only under a service. On one that is so before, it does not start. */
const readOnly = 'error=EROFS';
const mostShown = 20;
const longestRunMilliseconds = 20_000;
const mostPoints = 1000;
/** Each waits much of its time, for a process to start or to end. */
const disturbedAtOnce = 2;
/** Writes that happen to go together make fewer calls: the last ones of a run are not in every run, and are tried again. */
const mostRuns = 10;
const leastHitShare = 0.95;

/** Of the writes of a run: at one of them nothing may be owed. */
const placesOfControl = [1 / 4, 1 / 2, 3 / 4];

/** At what an erasure keeps beside the database, where Node writes and not SQLite. The second finds the log there. */
const ofErasures: readonly (readonly [call: string, ending: string, nth: number, deed: string])[] = [
  ['fsync', '.shredding', 1, 'error=EIO'],
  ['fsync', '.erasures', 2, 'error=ENOSPC'],
  ['ftruncate', '.erasures', 2, readOnly],
  ['pwrite64', '.erasures', 1, 'error=ENOSPC'],
];

const hastyCommits = new URL('./preloads/hasty-commits.ts', import.meta.url);

const lack = lackOfStrace();
let points: readonly FaultPoint[] = [];

/** As many as this run of tests takes, spread over all. */
function chosen(disturbances: readonly Disturbance[]): readonly Disturbance[] {
  const count = countOf(disturbances.length);
  return Array.from({ length: count }, (_, place) => {
    const disturbance = disturbances[Math.floor(((place + 1 / 2) * disturbances.length) / count)];
    if (disturbance === undefined) throw new Error('Fewer are chosen than there are.');
    return disturbance;
  });
}

/** Runs it until its point is reached. What a run breaks that never came there counts like any other fault. */
async function disturbUntilHit(disturbance: Disturbance): Promise<DisturbedRun> {
  const faults: string[] = [];
  let refusals = 0;
  for (let runs = 1; ; runs++) {
    const run = await disturb(disturbance);
    faults.push(...run.faults);
    refusals += run.refusals;
    if (run.isHit || runs === mostRuns) return { faults, refusals, isHit: run.isHit };
  }
}

async function outcomeOf(disturbances: readonly Disturbance[]) {
  const faults: string[] = [];
  const missed: string[] = [];
  let refusals = 0;
  const left = disturbances.values();
  const disturbNext = async (): Promise<void> => {
    for (const disturbance of left) {
      const run = await disturbUntilHit(disturbance);
      faults.push(...run.faults);
      if (!run.isHit) missed.push(nameOf(disturbance));
      refusals += run.refusals;
    }
  };
  await Promise.all(Array.from({ length: disturbedAtOnce }, disturbNext));
  const hits = disturbances.length - missed.length;
  const misses = missed.map((name) => `, not ${name}`).join('');
  process.stdout.write(`${hits} of ${disturbances.length} points were reached${misses}\n`);
  return { faults: faults.slice(0, mostShown), hitShare: hits / disturbances.length, refusals };
}

function isSync({ call }: FaultPoint): boolean {
  return call.includes('sync');
}

/** The first points of each kind after the start, from which on every `step`th call fails; those of the start alone. */
function failing(deed: string): readonly Disturbance[] {
  const seen = new Map<string, number>();
  return points
    .filter((point) => !isSync(point))
    .flatMap((point) => {
      if (point.isOfStart) return [{ point, deed }];
      const kind = `${point.call} ${point.path}`;
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      return (seen.get(kind) ?? 0) <= step ? [{ point, deed, step }] : [];
    });
}

describe('a service that is disturbed at a system call', {
  timeout: countOf(mostPoints) * longestRunMilliseconds,
}, () => {
  beforeAll(async () => {
    if (lack === null) points = await findPoints();
  });

  testNeeding(
    lack,
    'and killed there, has every write that it acknowledged, whole, and nothing else',
    async () => {
      const killings = chosen(points.map((point) => ({ point, deed: killing })));
      const { faults, hitShare } = await outcomeOf(killings);
      expect(faults).toEqual([]);
      expect(hitShare).toBeGreaterThanOrEqual(leastHitShare);
    },
  );

  testNeeding(
    lack,
    'which fails or has no room, refuses what it cannot keep, and heals by itself',
    async () => {
      const failures = chosen([
        ...errors.flatMap(failing),
        ...failing(readOnly).filter(({ point }) => !point.isOfStart),
      ]);
      const { faults, hitShare, refusals } = await outcomeOf(failures);
      expect(faults).toEqual([]);
      expect(hitShare).toBeGreaterThanOrEqual(leastHitShare);
      expect(refusals).toBeGreaterThan(0);
    },
  );

  testNeeding(lack, 'which fails to sync, ends rather than acknowledge anything more', async () => {
    const failures = chosen(points.filter(isSync).map((point) => ({ point, deed: 'error=EIO' })));
    const { faults, hitShare } = await outcomeOf(failures);
    expect(faults).toEqual([]);
    expect(hitShare).toBeGreaterThanOrEqual(leastHitShare);
  });

  testNeeding(lack, 'of an erasure, keeps the same promises', async () => {
    const failures = ofErasures.map(([call, ending, nth, deed]) => {
      const point = points.find((one) => one.call === call && one.path.endsWith(ending) && one.nth === nth);
      if (point === undefined) throw new Error(`An erasure makes no ${call} of ${ending}.`);
      return { point, deed };
    });
    const { faults, hitShare, refusals } = await outcomeOf(failures);
    expect(faults).toEqual([]);
    expect(hitShare).toBe(1);
    expect(refusals).toBeGreaterThan(0);
  });

  testNeeding(lack, 'is found out where it acknowledges before it commits', async () => {
    const writes = points.filter(
      ({ call, path, isOfStart }) => call === 'pwrite64' && path.endsWith('-wal') && !isOfStart,
    );
    const faults: string[] = [];
    for (const place of placesOfControl) {
      const point = writes[Math.floor(writes.length * place)];
      if (point === undefined) throw new Error('The log is not written.');
      const run = await disturb({ point, deed: killing }, [hastyCommits]);
      faults.push(...run.faults);
    }
    // What is lost may be the lead source of a customer, or what a diary says of visitors and keys.
    expect(faults).toContainEqual(expect.stringMatching(/ was acknowledged and is lost$| is none of /));
  });
});
