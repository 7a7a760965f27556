import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { countOf } from '../support/counts.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { crash } from './crashes.ts';
import { Ledger, numberedLeadSource } from './ledger.ts';
import { Listener } from './listener.ts';
import { loadingFirst } from './recording.ts';

const allKills = 1000;
const kills = countOf(allKills);
/** The long run has the machine for itself: every start counts. */
const isLong = kills === allKills;
const longestStartMilliseconds = 2000;
const lateDeliveries = new URL('./preloads/late-deliveries.ts', import.meta.url);
const hastyEntry = fileURLToPath(new URL('./hasty-service.ts', import.meta.url));

function medianOf(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}

describe('a service that is killed in the midst of writes', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'leadsource-crash-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  test('has every write that it acknowledged, whole, and nothing else, tells of each, and is soon ready again', {
    timeout: kills * 60_000,
  }, async () => {
    const databasePath = join(directory, 'leadsource.db');
    const random = randomFrom(announceSeed('crashes'));
    await using listener = await Listener.start(random);
    const report = await crash({ databasePath, kills, random, listener });
    expect(report.faults).toEqual([]);
    expect(report.exitCode).toBe(0);
    expect(report.acknowledged).toBeGreaterThan(kills * 40);
    expect(report.acknowledgedSteps).toBeGreaterThan(kills * 3);
    // Else the kills came when nothing was on its way.
    expect(listener.killsAmidRequests).toBeGreaterThan(kills / 5);
    expect(listener.repetitions).toBeGreaterThan(0);
    using database = new DatabaseSync(databasePath, { readOnly: true });
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    // The first one makes the file.
    const starts = report.startMilliseconds.slice(1);
    const words = `milliseconds of each start: ${starts.map(Math.round).join(', ')}`;
    expect(isLong ? Math.max(...starts) : medianOf(starts), words).toBeLessThan(longestStartMilliseconds);
  });

  test('is found out where it acknowledges before it keeps', async () => {
    const databasePath = join(directory, 'hasty.db');
    const { faults } = await crash({ databasePath, kills: 2, random: randomFrom(1), entry: hastyEntry });
    expect(faults).toContainEqual(expect.stringMatching(/ was acknowledged and is lost$/));
  });

  test('is found out where it drops events before it keeps their deliveries', async () => {
    const random = randomFrom(1);
    await using listener = await Listener.start(random);
    const { faults } = await crash({
      databasePath: join(directory, 'late.db'),
      kills: 4,
      random,
      listener,
      settings: { NODE_OPTIONS: loadingFirst([lateDeliveries]) },
    });
    expect(faults).toContainEqual(expect.stringMatching(/ was acknowledged and never told$/));
  });
});

describe('the check of what is there after a crash', () => {
  const whole = (number: number) => numberedLeadSource('c', number);

  function faultsOf(numbers: readonly number[], change: object = {}): readonly string[] {
    const ledger = new Ledger();
    for (let write = 1; write <= 4; write++) ledger.send('c', true);
    for (const number of [1, 2, 3]) ledger.acknowledge('c', number);
    const touches = numbers.map(whole);
    const shown = { current: touches.at(-1) ?? null, original: touches[0] ?? null, touches };
    return ledger.faultsOf('c', { ...shown, ...change });
  }

  test.each([
    ['what was acknowledged', [1, 2, 3]],
    ['a write that was sent and not acknowledged', [1, 2, 3, 4]],
  ])('is content with %s', (_words, numbers) => {
    expect(faultsOf(numbers)).toEqual([]);
  });

  test.each([
    ['a lost write', [1, 3], {}, 'c: 2 was acknowledged and is lost'],
    ['a lost customer', [], {}, 'c: 3 was acknowledged and is lost'],
    ['a write that nobody sent', [1, 2, 3, 9], {}, 'c: 9 was never sent'],
    ['a write kept twice', [1, 2, 3, 3], {}, 'c: a write is there twice'],
    ['writes that changed places', [1, 3, 2], {}, 'c: writes changed places'],
    ['another original', [1, 2, 3], { original: whole(2) }, 'c: the original is not first'],
    ['another current one', [1, 2, 3], { current: whole(2) }, 'c: the current is not last'],
  ])('sees %s', (_words, numbers, change, fault) => {
    expect(faultsOf(numbers, change)).toContain(fault);
  });

  test('sees a mixture of two writes', () => {
    const touches = [whole(1), whole(2), { ...whole(3), clickId: whole(2).clickId }];
    const faults = faultsOf([1, 2, 3], { touches, current: touches[2] });
    expect(faults).toContainEqual(expect.stringMatching(/ is torn$/));
  });
});
