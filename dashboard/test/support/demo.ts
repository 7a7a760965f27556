import { fill } from '../../../server/src/cli/demo/fill.ts';
import { generatedJourneys } from '../../../server/src/cli/demo/generated.ts';
import { type DemoJourney, endOfYear } from '../../../server/src/cli/demo/journey.ts';
import { stories } from '../../../server/src/cli/demo/stories.ts';
import { readConfig } from '../../../server/src/config.ts';
import { openStore } from '../../../server/src/open-store.ts';
import type { TestService } from '../../../server/test/support/service.ts';

/** The stories of the demo and some journeys of the year before a moment. */
export function demoJourneys(time: number, count: number): readonly DemoJourney[] {
  const end = endOfYear(time);
  return [...stories(end), ...generatedJourneys({ seed: 1, journeys: count, end })];
}

/**
 * Fills the database of a running service as the demo fills its own, so that both tell one story: no request to the API
 * can say that a touch of the past was captured.
 */
export async function fillWithDemo(
  { databaseUrl, organizationId }: Pick<TestService, 'databaseUrl' | 'organizationId'>,
  journeys: readonly DemoJourney[],
): Promise<void> {
  await using store = await openStore(readConfig({ DATABASE_URL: databaseUrl }), 'command', (reason) => {
    throw new Error(reason);
  });
  await fill(store, { organizationId, actor: 'demo' }, journeys);
}
