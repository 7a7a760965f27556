import { expect, test, vi } from 'vitest';
import { defaultAttributionSettings } from '../../src/domain/attribution-settings.ts';
import { withSteadyCredits } from '../../src/operations/reporting/steady-credits.ts';
import type { Reads } from '../../src/storage/store.ts';
import { failureOf } from '../support/failures.ts';

/** Reads of an organization by whose settings the versions come into force one after the other, the last for good. */
function readsOf(versions: readonly number[]) {
  const left = [...versions];
  const creditsInForce = async () => {
    const settingsVersion = (left.length > 1 ? left.shift() : left[0]) ?? 0;
    return { settingsVersion, settings: defaultAttributionSettings };
  };
  return { read: { creditsInForce } as unknown as Reads };
}

const body = () => vi.fn(async ({ settingsVersion }: { settingsVersion: number }) => settingsVersion);

test('a report is read by one version of the credits, again where another came into force meanwhile', async () => {
  const [quiet, troubled] = [body(), body()];
  expect(await withSteadyCredits(readsOf([1]), 'org_a', quiet)).toBe(1);
  expect(quiet).toHaveBeenCalledTimes(1);
  expect(await withSteadyCredits(readsOf([1, 2, 2, 3, 3]), 'org_a', troubled)).toBe(3);
  expect(troubled).toHaveBeenCalledTimes(3);
});

test('a report is given up where other credits keep coming into force', async () => {
  expect(await failureOf(withSteadyCredits(readsOf([1, 2, 3, 4, 5, 6]), 'org_a', body()))).toBe(
    'unavailable',
  );
});
