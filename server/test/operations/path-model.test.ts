import { afterEach, expect, test, vi } from 'vitest';
import type { JobTask } from '../../src/operations/job.ts';
import { createPathModelJob, type PathModelJobParts } from '../../src/operations/jobs/path-model.ts';
import { jobClaimMilliseconds } from '../../src/operations/jobs/runner.ts';
import type { PathModelRequest } from '../../src/operations/path-model.ts';

afterEach(() => void vi.useRealTimers());

const request: PathModelRequest = {
  ...{ model: 'markov', order: 2, dimension: 'source', timezone: null, currency: null },
  ...{ start: { day: 0 }, end: { day: 31 } },
};

/** A job for which nothing is in the store, and that reads it as long as `reading` takes. */
function jobFor(asked: PathModelRequest, reading: Promise<unknown> = Promise.resolve()) {
  const read = {
    creditsInForce: async () => {
      await reading;
      return { settingsVersion: 1, settings: { reportingTimezone: 'UTC' } };
    },
    creditCurrencies: async () => [],
  };
  return createPathModelJob({ store: { read }, read: () => asked } as unknown as PathModelJobParts);
}

test('a data-driven model is kept from other processes as long as it takes, and no longer', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  let kept = 0;
  // A rejection that nobody takes would end the service.
  const keep = async () => {
    kept += 1;
    throw new Error('The store is away.');
  };
  const [reading, ending] = [Promise.withResolvers<never>(), new AbortController()];
  const task = { organizationId: 'org_a', request: {}, keep, ending: ending.signal };
  const done = jobFor(request, reading.promise).run(task as unknown as JobTask);
  // A claim is renewed when half of it is over, if it is to be kept by then.
  for (let half = 1; half <= 10; half++) {
    vi.advanceTimersByTime(jobClaimMilliseconds / 2);
    expect(kept).toBeGreaterThanOrEqual(half);
  }
  ending.abort();
  await done;
  const keptUntilThen = kept;
  vi.advanceTimersByTime(10 * jobClaimMilliseconds);
  expect(kept).toBe(keptUntilThen);
  reading.reject(new Error('The store is closed.'));
});

test('a request is kept in a form that says the same again, with an order only where there is one', async () => {
  const kept = { dimension: 'source', periodStart: '1970-01-01', periodEnd: '1970-02-01' };
  const rest = { ...kept, timezone: null, currency: null };
  expect(await jobFor(request).accept?.('org_a', {})).toEqual({ model: 'markov', order: 2, ...rest });
  const shapley = { ...request, model: 'shapley' } as const;
  expect(await jobFor(shapley).accept?.('org_a', {})).toEqual({ model: 'shapley', ...rest });
});
