import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { type Fleet, startFleet } from '../support/fleet.ts';
import { type Operator, operatorOf } from '../support/operator.ts';
import type { Answer } from '../support/service.ts';

const windowSeconds = 600;
const limit = 50;
const clock = testClock();
let fleet: Fleet;
let operator: Operator;

beforeAll(async () => {
  fleet = await startFleet(4, { LEADSOURCE_RATE_LIMIT: `${limit}/${windowSeconds}` }, clock.now);
  operator = await operatorOf({ databaseUrl: fleet.database.url }, clock.now);
});
afterAll(async () => {
  await operator[Symbol.asyncDispose]();
  await fleet[Symbol.asyncDispose]();
});
beforeEach(nextWindow);

function nextWindow(): void {
  clock.advance(windowSeconds * 1000 - (clock.now() % (windowSeconds * 1000)));
}

/**
 * A call that counts and is then found invalid. It writes nothing: writes of four services take turns on the database, which
 * a machine that has much else to do may not give them in time.
 */
function put(place: number, key?: string): Promise<Answer> {
  const path = `/customers/c${place}/lead-source`;
  return fleet.service(place).call('PUT', path, { body: { source: place }, ...(key && { key }) });
}

/**
 * So many calls at once, spread over the services. Each knows the caller by then, from a call that does not count: looked up
 * for each of many calls, it might not be found in time either.
 */
async function puts(count: number, key?: string): Promise<readonly Answer[]> {
  await Promise.all(
    fleet.services.map((service) => service.call('GET', '/jobs/none', { ...(key && { key }) })),
  );
  return await Promise.all(Array.from({ length: count }, (_, place) => put(place, key)));
}

function statusCounts(answers: readonly Answer[]): Readonly<Record<number, number>> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** What the answers say is left, the most first. */
function remainingOf(answers: readonly Answer[]): readonly number[] {
  const remaining = answers.map(({ headers }) => Number(headers.get('x-ratelimit-remaining')));
  return remaining.toSorted((one, other) => other - one);
}

function downFrom(count: number): readonly number[] {
  return Array.from({ length: count }, (_, place) => count - 1 - place);
}

describe('of many calls at once through four services', () => {
  test('exactly as many are let through as the limit says, and each is told another rest', async () => {
    const answers = await puts(240);
    expect(statusCounts(answers)).toEqual({ 422: limit, 429: 190 });
    expect(remainingOf(answers.filter(({ status }) => status === 422))).toEqual(downFrom(limit));
    const refused = answers.filter(({ status }) => status === 429);
    expect(new Set(remainingOf(refused))).toEqual(new Set([0]));
    for (const { headers } of refused) {
      expect(headers.get('retry-after')).toBe(String(windowSeconds));
      expect(headers.get('ratelimit')).toBe(`"default";r=0;t=${windowSeconds}`);
    }
  });

  test('the refused do not count, and each window has the whole limit', async () => {
    for (let window = 0; window < 3; window++) {
      expect(statusCounts(await puts(40))).toEqual({ 422: 40 });
      expect(statusCounts(await puts(40))).toEqual({ 422: 10, 429: 30 });
      clock.advance((windowSeconds - 1) * 1000);
      expect(statusCounts(await puts(8))).toEqual({ 429: 8 });
      clock.advance(1000);
    }
  });

  test('those of one organization leave the limits of others alone', async () => {
    const keys = await Promise.all(
      ['one', 'two', 'three'].map(async (id) => (await operator.createOrganization({ id: `org_${id}` })).key),
    );
    const answers = await Promise.all(keys.map((key) => puts(limit + 10, key)));
    for (const each of answers) expect(statusCounts(each)).toEqual({ 422: limit, 429: 10 });
    expect(statusCounts(await puts(limit))).toEqual({ 422: limit });
  });
});

test('no call is counted where there is no limit', async () => {
  const { id, key } = await operator.createOrganization({ id: 'org_unlimited', rateLimit: 'off' });
  expect(statusCounts(await puts(limit + 10, key))).toEqual({ 422: limit + 10 });
  const counted = await fleet.database.run(
    'SELECT 1 FROM call_counts JOIN organizations USING (organization_id) WHERE public_id = $1',
    [id],
  );
  expect(counted).toEqual([]);
});

describe('a limit that the operator changes', () => {
  test('holds within five seconds in every service, also in a window that was used up', async () => {
    const { id, key } = await operator.createOrganization({ id: 'org_changing' });
    // Several to each service, so that each has found the window used up before the limit changes.
    expect(statusCounts(await puts(limit + 40, key))).toEqual({ 422: limit, 429: 40 });
    await operator.setRateLimit(id, { calls: limit + 20, windowSeconds });
    clock.advance(5000);
    const more = await puts(40, key);
    expect(statusCounts(more)).toEqual({ 422: 20, 429: 20 });
    expect(remainingOf(more.filter(({ status }) => status === 422))).toEqual(downFrom(20));
    await operator.setRateLimit(id, { calls: 10, windowSeconds });
    clock.advance(5000);
    const fewer = await puts(8, key);
    expect(statusCounts(fewer)).toEqual({ 429: 8 });
    expect(fewer[0]?.headers.get('x-ratelimit-limit')).toBe('10');
    await operator.setRateLimit(id, 'off');
    clock.advance(5000);
    expect(statusCounts(await puts(limit, key))).toEqual({ 422: limit });
  });
});

test('windows that are over leave nothing behind but the latest', async () => {
  const { id, key } = await operator.createOrganization({
    id: 'org_short',
    rateLimit: { calls: 1, windowSeconds: 60 },
  });
  for (let window = 0; window < 10; window++) {
    await put(window, key);
    clock.advance(60_000);
  }
  const kept = await fleet.database.run(
    'SELECT 1 FROM call_counts JOIN organizations USING (organization_id) WHERE public_id = $1',
    [id],
  );
  expect(kept.length).toBeLessThanOrEqual(3);
});

test('while the database is away a call is 503, never 429 or counted, and afterwards the rest is exact', async () => {
  expect(statusCounts(await puts(20))).toEqual({ 422: 20 });
  fleet.proxy.cut();
  expect(statusCounts(await puts(limit))).toEqual({ 503: limit });
  fleet.proxy.mend();
  const answers = await puts(limit);
  expect(statusCounts(answers)).toEqual({ 422: 30, 429: 20 });
  expect(remainingOf(answers.filter(({ status }) => status === 422))).toEqual(downFrom(30));
});
