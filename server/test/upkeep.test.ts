import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Principal } from '../src/domain/principal.ts';
import { Upkeep, type UpkeepParts } from '../src/upkeep.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** The upkeep of a service with one organization, where nothing is left to be done. */
function upkeepOf() {
  const read = {
    jobOrganizations: async () => ['org_a'],
    unfinishedJobs: vi.fn(async () => []),
    creditVersions: async () => [],
  };
  const parts = {
    telling: { begin: vi.fn(), end: vi.fn(async () => {}) },
    idempotency: { forgetOldAnswers: vi.fn(async (_ending: AbortSignal) => {}) },
    authentication: { noteWaiting: vi.fn(async () => {}) },
    logger: { error: vi.fn(), warn: vi.fn() },
    holder: 'the only server',
  };
  const write = vi.fn(async (_kind: string) => ({ status: 'undoing' }));
  const context = { store: { read, write }, now: Date.now, random: () => new Uint8Array(16) };
  const upkeep = new Upkeep(context as never, parts as unknown as UpkeepParts);
  const goOn = vi.spyOn(upkeep.imports, 'goOn').mockResolvedValue();
  const sweep = vi.spyOn(upkeep.privacySettings, 'sweep').mockResolvedValue();
  const work = {
    answers: parts.idempotency.forgetOldAnswers,
    imports: goOn,
    sweeps: sweep,
    jobs: read.unfinishedJobs,
    visits: parts.authentication.noteWaiting,
  };
  const counts = () => Object.values(work).map(({ mock }) => mock.calls.length);
  return { upkeep, ...parts, ...work, counts };
}

test('what another process left half done is taken up at once, and each kind of work in its own time', async () => {
  const { upkeep, telling, counts } = upkeepOf();
  upkeep.begin();
  expect(telling.begin).toHaveBeenCalledOnce();
  const seen = [];
  for (const at of [0, 1, 15, 40, 600, 900]) {
    await vi.advanceTimersByTimeAsync(at * 1000 - (seen.at(-1)?.[0] ?? 0) * 1000);
    seen.push([at, ...counts()]);
  }
  // By second: answers, imports, sweeps, jobs, visits.
  expect(seen).toEqual([
    [0, 0, 1, 0, 1, 0],
    [1, 0, 1, 0, 1, 1],
    [15, 0, 2, 0, 1, 15],
    [40, 0, 3, 0, 2, 40],
    [600, 1, 41, 0, 16, 600],
    [900, 1, 61, 1, 23, 900],
  ]);
});

test('an import that is undone, and settings by which much may be too old, are dealt with at once', async () => {
  const { upkeep, counts } = upkeepOf();
  const organization = { id: 'org_a' };
  const principal = { organization, actor: 'key_a' } as unknown as Principal;
  upkeep.begin();
  await vi.advanceTimersByTimeAsync(0);
  expect(counts()).toEqual([0, 1, 0, 1, 0]);
  await upkeep.imports.undo(principal, 'import', false);
  await upkeep.privacySettings.put(principal, { content: null, basedOn: null, precondition: {} });
  upkeep.noteJob('org_a');
  await vi.advanceTimersByTimeAsync(0);
  expect(counts()).toEqual([0, 2, 1, 2, 0]);
});

test('work that fails is told of, and done again in its time', async () => {
  const { upkeep, logger, answers, imports, sweeps, jobs, visits, counts } = upkeepOf();
  const broken = new Error('The disk is full.');
  answers.mockRejectedValueOnce(broken);
  imports.mockRejectedValueOnce(broken);
  sweeps.mockRejectedValueOnce(broken);
  jobs.mockRejectedValueOnce(broken);
  visits.mockRejectedValueOnce(broken);
  upkeep.begin();
  await vi.advanceTimersByTimeAsync(1_800_000);
  expect(counts()).toEqual([3, 121, 2, 46, 1800]);
  expect(logger.error.mock.calls.toSorted()).toEqual(
    [
      'A job was not done.',
      'An import was not undone further.',
      'Old answers were not forgotten.',
      'The last use of a key was not noted.',
      'What is too old was not removed.',
    ].map((sentence) => [{ err: broken }, sentence]),
  );
});

test('at the end, what is under way is told to end, and nothing more is begun', async () => {
  const { upkeep, answers, imports, sweeps, telling, counts } = upkeepOf();
  const ended: string[] = [];
  answers.mockImplementationOnce(
    (ending) =>
      new Promise((resolve) => {
        ending.addEventListener('abort', () => {
          ended.push('answers');
          resolve();
        });
      }),
  );
  upkeep.begin();
  await vi.advanceTimersByTimeAsync(900_000);
  const before = counts();
  upkeep.noteJob('org_a');
  await upkeep.end(9000).then(() => ended.push('upkeep'));
  expect(ended).toEqual(['answers', 'upkeep']);
  for (const { mock } of [imports, sweeps]) expect(mock.lastCall?.[0].aborted).toBe(true);
  upkeep.noteJob('org_a');
  await vi.advanceTimersByTimeAsync(1_000_000);
  expect(counts()).toEqual(before.with(3, 24));
  expect(telling.end).toHaveBeenCalledWith(3000);
});

test('webhooks have half of the time that is left, where that is less', async () => {
  const { upkeep, telling } = upkeepOf();
  await upkeep.end(2000);
  expect(telling.end).toHaveBeenCalledWith(1000);
});

test('the last visits are noted at the end, and where that fails, it is told and nothing else', async () => {
  const { upkeep, visits, logger } = upkeepOf();
  visits.mockRejectedValueOnce(new Error('The disk is full.'));
  await upkeep.noteLastVisits();
  expect(visits).toHaveBeenCalledWith({ isEnd: true });
  expect(logger.error).toHaveBeenCalledOnce();
});

test('erasures that are repeated are told of, how many they were and of how many customers', async () => {
  const { upkeep, logger } = upkeepOf();
  const apply = vi.spyOn(upkeep.erasures, 'applyLogged');
  apply.mockResolvedValueOnce({ erasures: 0, customers: 0 });
  await upkeep.repeatErasures();
  expect(logger.warn).not.toHaveBeenCalled();
  apply.mockResolvedValueOnce({ erasures: 2, customers: 1 });
  await upkeep.repeatErasures();
  expect(logger.warn.mock.calls).toEqual([[{ erasures: 2, customers: 1 }, expect.any(String)]]);
});
