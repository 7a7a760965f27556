import { afterEach, beforeEach, expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { startTestService, type TestService } from '../support/service.ts';

let service: TestService;
beforeEach(async () => {
  service = await startTestService();
});
afterEach(() => service[Symbol.asyncDispose]());

const old = { id: 'old', occurredTime: '2025-01-01T00:00:00.000Z', source: 'ad', clickId: 'click' };
const url = { id: 'url', occurredTime: '2025-01-02T00:00:00.000Z', path: '/p?token=secret' };
const today = new Date(Date.now() - 60_000).toISOString();
const recent = { id: 'recent', occurredTime: today, source: 'ad', clickId: 'click' };

async function tell(touch: object): Promise<number> {
  return (await service.call('POST', '/customers/c/lead-sources', { body: touch })).status;
}

/** The status of each line of a bulk call. */
async function tellAll(touches: readonly object[]): Promise<readonly unknown[]> {
  const lines = touches.map((touch) => ({ customerId: 'c', ...touch }));
  const { body } = await service.call('POST', '/lead-sources', { body: lines });
  return (body as readonly { readonly status: number }[]).map(({ status }) => status);
}

async function keptOf(field: string): Promise<unknown> {
  const { body } = await service.call('GET', '/customers/c/lead-sources');
  return (body as readonly Readonly<Record<string, unknown>>[]).map((touch) => touch[field]);
}

test('a touch that was stripped is known by what is left of it', async () => {
  for (const touch of [old, recent]) expect(await tell(touch)).toBe(201);
  await service.call('PUT', '/privacy-settings', { body: { stripTouchesAfterDays: 30 } });
  await expect.poll(() => keptOf('clickId')).toEqual([null, 'click']);
  expect(await tell(old)).toBe(200);
  expect(await tell({ ...old, source: 'other' })).toBe(409);
  expect(await tell({ ...recent, clickId: 'other' })).toBe(409);
  const told = [
    { ...old, source: 'other' },
    old,
    { ...recent, clickId: 'other' },
    recent,
    { id: 'new', occurredTime: today },
    old,
  ];
  expect(await tellAll(told)).toEqual([409, 200, 409, 200, 201, 200]);
  expect(await keptOf('clickId')).toEqual([null, 'click', null]);
});

test('a touch that was stripped by former settings is known by what is left of it', async () => {
  for (const touch of [old, recent]) expect(await tell(touch)).toBe(201);
  await service.call('PUT', '/privacy-settings', { body: { stripTouchesAfterDays: 30 } });
  await expect.poll(() => keptOf('clickId')).toEqual([null, 'click']);
  for (const body of [{ stripTouchesAfterDays: 3000 }, {}]) {
    await service.call('PUT', '/privacy-settings', { body });
    expect(await tell(old)).toBe(200);
    expect(await tellAll([{ ...old, source: 'other' }, old, { ...recent, clickId: 'other' }])).toEqual([
      409, 200, 409,
    ]);
  }
});

test('a touch that was told without a time is known again once it was stripped', async () => {
  const clock = testClock();
  await using aged = await startTestService({}, clock.now);
  const tellAged = async (touch: object) =>
    (await aged.call('POST', '/customers/c/lead-sources', { body: touch })).status;
  const { occurredTime: _none, ...live } = recent;
  expect(await tellAged(live)).toBe(201);
  clock.advance(31 * 86_400_000);
  expect(await tellAged({ ...live, id: 'later' })).toBe(201);
  await aged.call('PUT', '/privacy-settings', { body: { stripTouchesAfterDays: 30 } });
  const clickIds = async () =>
    ((await aged.call('GET', '/customers/c/lead-sources')).body as { clickId: string }[]).map(
      ({ clickId }) => clickId,
    );
  await expect.poll(clickIds).toEqual([null, 'click']);
  expect(await tellAged(live)).toBe(200);
  expect(await tellAged({ ...live, source: 'other' })).toBe(409);
  expect(await tellAged({ ...live, id: 'later' })).toBe(200);
  expect(await tellAged({ ...live, id: 'later', clickId: 'other' })).toBe(409);
});

test('a touch is known again whose URL was cut before it was written whole', async () => {
  for (const [place, query] of ['strip', 'keep', null].entries()) {
    const body =
      query === null ? {} : { urlPolicy: { query, appliesToApi: true, redactedParameters: ['token'] } };
    expect((await service.call('PUT', '/landing-settings', { body })).status).toBe(200);
    expect(await tell({ ...url, id: `url${place}` })).toBe(201);
  }
  expect(await keptOf('path')).toEqual(['/p', '/p?token=redacted', '/p?token=secret']);
  for (const id of ['url0', 'url1', 'url2']) {
    expect(await tell({ ...url, id })).toBe(200);
    expect(
      await tellAll([
        { ...url, id },
        { ...url, id, source: 'other' },
      ]),
    ).toEqual([200, 409]);
  }
});

test('a touch is known again whose URL was written before URLs were cut', async () => {
  expect(await tell(url)).toBe(201);
  const urlPolicy = { query: 'strip', appliesToApi: true };
  const { status } = await service.call('PUT', '/landing-settings', { body: { urlPolicy } });
  expect(status).toBe(200);
  expect(await tell(url)).toBe(200);
  expect(await tellAll([url, { ...url, source: 'other' }])).toEqual([200, 409]);
  expect(await keptOf('path')).toEqual([url.path]);
});

test('a touch with another path is another one, whatever policies there were', async () => {
  expect(await tell(url)).toBe(201);
  const urlPolicy = { query: 'keep', appliesToApi: true, redactedParameters: ['token'] };
  for (const body of [{ urlPolicy }, {}]) {
    await service.call('PUT', '/landing-settings', { body });
    expect(await tell({ ...url, path: '/other' })).toBe(409);
    expect(await tell({ ...url, path: '/p?token=other' })).toBe(409);
    expect(await tellAll([{ ...url, path: '/other' }, url])).toEqual([409, 200]);
  }
});

test('a stripped touch is known again under an id of its customer that was merged away', async () => {
  const { occurredTime: _none, ...timeless } = old;
  const clock = testClock(Date.parse(old.occurredTime));
  await using aged = await startTestService({}, clock.now);
  const tellOf = async (id: string, touch: object) =>
    (await aged.call('POST', `/customers/${id}/lead-sources`, { body: touch })).status;
  const referred = { id: 'referred', clickId: null, referrer: 'https://a.example/' };
  for (const touch of [timeless, referred]) expect(await tellOf('former', touch)).toBe(201);
  await aged.call('POST', '/customers', { body: { id: 'target' } });
  await aged.call('DELETE', '/customers/former?targetCustomerId=target');
  clock.advance(31 * 86_400_000);
  await aged.call('PUT', '/privacy-settings', { body: { stripTouchesAfterDays: 30 } });
  const clickIds = async () =>
    ((await aged.call('GET', '/customers/target/lead-sources')).body as { clickId: string }[]).map(
      ({ clickId }) => clickId,
    );
  await expect.poll(clickIds).toEqual([null, 'redacted']);
  for (const id of ['former', 'target']) {
    for (const touch of [timeless, referred]) expect(await tellOf(id, touch)).toBe(200);
    expect(await tellOf(id, { ...timeless, source: 'other' })).toBe(409);
  }
  expect(await tellOf('another', timeless)).toBe(409);
});
