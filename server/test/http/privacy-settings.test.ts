import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { capture, publishableKey } from '../support/capture.ts';
import { testClock } from '../support/clock.ts';
import { type Answer, startTestService, type TestService } from '../support/service.ts';

const clock = testClock();
const millisecondsPerDay = 86_400_000;
let service: TestService;
beforeAll(async () => {
  service = await startTestService({}, clock.now);
});
afterAll(() => service[Symbol.asyncDispose]());

const path = '/privacy-settings';
const standard = {
  removeTouchesAfterDays: null,
  stripTouchesAfterDays: null,
  forgetVisitorsAfterDays: 400,
  isDefault: true,
};

async function addTouch(customerId: string, daysAgo: number, facts: object): Promise<void> {
  const occurredTime = new Date(clock.now() - daysAgo * millisecondsPerDay - 1).toISOString();
  await service.call('POST', `/customers/${customerId}/lead-sources`, { body: { occurredTime, ...facts } });
}

async function touchesOf(customerId: string): Promise<readonly Record<string, unknown>[]> {
  const { body } = await service.call('GET', `/customers/${customerId}/lead-sources`);
  return body as readonly Record<string, unknown>[];
}

/** Waits until the touches of a customer are so many, and as the check wants them. */
async function until(customerId: string, holds: (touches: Awaited<ReturnType<typeof touchesOf>>) => boolean) {
  while (!holds(await touchesOf(customerId))) await new Promise((resolve) => setTimeout(resolve, 20));
}

const dryRun = (body: object): Promise<Answer> => service.call('POST', `${path}/dry-run`, { body });

describe('privacy settings', () => {
  test('are those of the program where none were put, with versions as every setting', async () => {
    expect((await service.call('GET', path)).body).toMatchObject({ ...standard, version: 1, actor: null });
    const put = await service.call('PUT', path, { body: { forgetVisitorsAfterDays: 30, unknown: 1 } });
    expect(put.body).toMatchObject({
      ...standard,
      version: 2,
      forgetVisitorsAfterDays: 30,
      isDefault: false,
    });
    expect(put.headers.get('etag')).toMatch(/^"2-[\w-]{22}"$/);
    expect((await service.call('PUT', path, { body: { version: 1 } })).status).toBe(409);
    expect((await service.call('DELETE', path, { headers: { 'If-Match': '"1"' } })).status).toBe(412);
    expect((await service.call('DELETE', path)).status).toBe(204);
    expect((await service.call('GET', path)).body).toMatchObject({ ...standard, version: 3 });
    const said = await service.call('PUT', path, { body: { forgetVisitorsAfterDays: 400 } });
    expect(said.body).toMatchObject({ ...standard, version: 3 });
    expect((await service.call('GET', `${path}/versions/2`)).body).toMatchObject({ version: 2 });
    expect((await service.call('GET', `${path}/versions/9`)).status).toBe(404);
    const { body: changes } = await service.call('GET', '/setting-changes?limit=1');
    expect(changes).toMatchObject([{ action: 'privacy-settings-changed', subject: '3' }]);
  });

  test('name every fault at once', async () => {
    const body = { removeTouchesAfterDays: 0, stripTouchesAfterDays: '5', forgetVisitorsAfterDays: 36_501 };
    for (const asked of [service.call('PUT', path, { body }), dryRun(body)]) {
      const { status, body: problem } = await asked;
      const { invalidFields } = problem as { invalidFields: { field: string }[] };
      expect([status, invalidFields.map(({ field }) => field)]).toEqual([422, Object.keys(body)]);
    }
    expect((await dryRun({ removeTouchesAfterDays: 1, forgetVisitorsAfterDays: 36_500 })).status).toBe(200);
  });

  test('are changed by who may erase, and by nobody else', async () => {
    const made = await service.call('POST', '/api-keys', {
      body: { type: 'secret', description: 'd', acl: ['settings:read', 'settings:write'] },
    });
    const { secretKey: key } = made.body as { secretKey: string };
    expect((await service.call('PUT', path, { body: {}, key })).status).toBe(403);
    expect((await service.call('DELETE', path, { key })).status).toBe(403);
    expect((await service.call('GET', path, { key })).status).toBe(200);
  });
});

describe('what is too old', () => {
  test('is told by a dry run, which changes nothing, and goes once the settings are put', async () => {
    await addTouch('aged', 50, { source: 'oldest', path: '/a', clickId: 'c' });
    await addTouch('aged', 20, { source: 'older', path: '/b', referrer: 'https://x.example/' });
    await addTouch('aged', 5, { source: 'new', path: '/c' });
    await addTouch('other', 20, { source: 'older' });
    const settings = { removeTouchesAfterDays: 40, stripTouchesAfterDays: 10 };
    const tried = await dryRun(settings);
    expect(tried.body).toEqual({
      removeBefore: new Date(clock.now() - 40 * millisecondsPerDay).toISOString(),
      stripBefore: new Date(clock.now() - 10 * millisecondsPerDay).toISOString(),
      touchesToRemove: 1,
      touchesToStrip: 1,
      customers: 1,
      visitorsToForget: 0,
    });
    expect(await touchesOf('aged')).toHaveLength(3);
    clock.advance(1);
    await service.call('PUT', path, { body: settings });
    await until('aged', (touches) => touches.length === 2 && touches[0]?.['path'] === null);
    expect(await touchesOf('aged')).toMatchObject([
      { source: 'older', path: null, referrer: null, position: 'original' },
      { source: 'new', path: '/c' },
    ]);
    expect((await dryRun(settings)).body).toMatchObject({
      touchesToRemove: 0,
      touchesToStrip: 0,
      customers: 0,
    });
    const { body: timeline } = await service.call('GET', '/customers/aged/timeline?limit=1');
    expect(timeline).toMatchObject([{ message: 'Lead sources were removed as too old.' }]);
  });
});

test('details that are too old go also where every touch may stay', async () => {
  await addTouch('stays', 20, { source: 'older', path: '/a' });
  const settings = { stripTouchesAfterDays: 15 };
  expect((await dryRun(settings)).body).toMatchObject({ removeBefore: null, touchesToStrip: 1 });
  await service.call('PUT', path, { body: settings });
  await until('stays', ([touch]) => touch?.['path'] === null);
  expect(await touchesOf('stays')).toMatchObject([{ source: 'older', path: null }]);
});

test('unlinked visitors are forgotten with all they did, linked ones are not', async () => {
  const { key } = await publishableKey(service);
  const url = 'https://shop.example/?utm_source=ad';
  for (const visitorId of ['visitor-forgotten', 'visitor-linked']) {
    await capture(service, key, { visitorId, url });
  }
  await service.call('POST', '/customers/linked/visitors', { body: { visitorId: 'visitor-linked' } });
  clock.advance(3 * millisecondsPerDay);
  const everything = { removeTouchesAfterDays: 1 };
  const { touchesToRemove: before } = (await dryRun(everything)).body as { touchesToRemove: number };
  const forgetting = { forgetVisitorsAfterDays: 2 };
  expect((await dryRun({ forgetVisitorsAfterDays: 3 })).body).toMatchObject({ visitorsToForget: 0 });
  expect((await dryRun(forgetting)).body).toMatchObject({ touchesToRemove: 0, visitorsToForget: 1 });
  await service.call('PUT', path, { body: forgetting });
  await vi.waitFor(async () => {
    expect((await dryRun(everything)).body).toMatchObject({ touchesToRemove: before - 1 });
  }, 60_000);
  expect((await service.call('DELETE', '/visitors/visitor-forgotten')).status).toBe(404);
  expect(await touchesOf('linked')).toMatchObject([{ source: 'ad' }]);
});
