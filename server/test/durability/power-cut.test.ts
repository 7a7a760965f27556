import { describe, expect } from 'vitest';
import { countOf } from '../support/counts.ts';
import { announceSeed, randomFrom } from '../support/random.ts';
import { testNeeding } from '../support/requirements.ts';
import { lackOfStrace } from '../support/strace.ts';
import { faultsAfterPowerCuts } from './power-cut.ts';
import { type LifePlan, record } from './recording.ts';

const images = countOf(5000);
const imagesOfRecording = 500;
const mostShown = 20;
const failures = countOf(20);
/** At most, and at least. */
const syncsOfStart = 14;
const syncsOfScript = 8;
const eagerCheckpoints = new URL('./preloads/eager-checkpoints.ts', import.meta.url);
const withoutSync = new URL('./preloads/without-sync.ts', import.meta.url);

/** From a fresh file on: killed, started on what the kill left, stopped in good order, started again. */
const lives: readonly LifePlan[] = [
  { name: 'first', ending: 'SIGKILL', preloads: [] },
  { name: 'second', ending: 'SIGTERM', preloads: [eagerCheckpoints] },
  { name: 'third', ending: 'SIGKILL', preloads: [eagerCheckpoints] },
];

describe('a service whose power is cut', () => {
  testNeeding(
    lackOfStrace(),
    'has on every disk that could be left all that it acknowledged, whole, and nothing else',
    { timeout: 60_000 + images * 500 },
    async () => {
      const random = randomFrom(announceSeed('power cuts'));
      for (let cut = 0; cut < images; cut += imagesOfRecording) {
        const count = Math.min(imagesOfRecording, images - cut);
        const faults = await faultsAfterPowerCuts({ lives: await record(lives), images: count, random });
        expect(faults.slice(0, mostShown)).toEqual([]);
      }
    },
  );

  testNeeding(
    lackOfStrace(),
    'has acknowledged nothing that waited for a sync which failed',
    { timeout: failures * 60_000 },
    async () => {
      for (let failure = 0; failure < failures; failure++) {
        const failedSync = syncsOfStart + 1 + (failure % syncsOfScript);
        const failing = await record([{ name: 'failing', ending: 'SIGKILL', preloads: [], failedSync }]);
        expect(failing.map(({ exitCode }) => exitCode)).toEqual([1]);
        const faults = await faultsAfterPowerCuts({
          lives: failing,
          images: 10,
          random: randomFrom(failure + 1),
        });
        expect(faults.slice(0, mostShown)).toEqual([]);
      }
    },
  );

  testNeeding(lackOfStrace(), 'is found out where it does not sync', async () => {
    const careless = await record([{ name: 'careless', ending: 'SIGKILL', preloads: [withoutSync] }]);
    const faults = await faultsAfterPowerCuts({ lives: careless, images: 20, random: randomFrom(1) });
    expect(faults).toContainEqual(expect.stringMatching(/ was acknowledged and is lost$/));
  });
});
