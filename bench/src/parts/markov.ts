import { readConfig } from '../../../server/src/config.ts';
import { pathModelCredit } from '../../../server/src/domain/path-model.ts';
import { type PathEntry, pathTableOf } from '../../../server/src/domain/path-table.ts';
import { openStore } from '../../../server/src/open-store.ts';
import { createChannels } from '../../../server/src/operations/channel.ts';
import { pathModelResult } from '../../../server/src/operations/path-model.ts';
import { computeOnThread } from '../../../server/src/operations/reporting/path-model-thread.ts';
import { fileDatabase } from '../database.ts';
import type { Results } from '../measures.ts';
import { creditedFile } from '../money/file.ts';
import { endOfYear } from '../money/plan.ts';
import { say } from '../report.ts';
import type { BenchSettings } from '../settings.ts';
import { median } from '../statistics.ts';
import { firstTime, organizationId, scramble } from '../traffic.ts';

const channelCount = 12;
const longestPath = 11;

/** What each channel is worth by a Markov chain of all paths: computing it alone, and together with reading the paths. */
export async function markov(settings: BenchSettings, directory: string): Promise<Results> {
  const paths = pathTableOf(Array.from({ length: settings.conversions }, (_, place) => pathOf(place)));
  const computing = Array.from({ length: settings.rounds }, () => {
    const start = performance.now();
    const { conversions } = pathModelCredit(paths, { model: 'markov', order: 1, channelCount });
    if (conversions === 0) throw new Error('Nobody converted.');
    return performance.now() - start;
  });
  say(`  ${settings.conversions} paths: ${median(computing).toFixed(0)} ms`);
  const whole = await fromStorage(await creditedFile(settings, directory));
  say(`  from storage: ${whole.toFixed(0)} ms`);
  return { markov_ms: median(computing), markov_storage_ms: whole };
}

/** Half of the paths end with a conversion. */
function pathOf(place: number): PathEntry {
  const length = 1 + (scramble(place) % longestPath);
  const steps = Array.from({ length }, (_, step) => scramble(place * longestPath + step) % channelCount);
  const conversions = place % 2;
  return { steps, conversions, nulls: 1 - conversions, revenue: conversions * 100 };
}

/** Milliseconds to compute it the way the job does. */
async function fromStorage(path: string): Promise<number> {
  await using store = await openStore(
    readConfig({ DATABASE_URL: fileDatabase(path).url }),
    'server',
    (reason) => {
      throw new Error(reason);
    },
  );
  const channels = createChannels({ store, now: () => endOfYear });
  const request = {
    model: 'markov',
    order: 1,
    dimension: 'channel',
    start: { instant: firstTime },
    end: { instant: endOfYear },
    timezone: null,
    currency: null,
  } as const;
  const start = performance.now();
  const task = { progress: async () => {}, ending: new AbortController().signal };
  await pathModelResult({ store, channels, compute: computeOnThread }, organizationId, request, task);
  return performance.now() - start;
}
